"""Drops the white space before an answer's first word while it streams. Knows no dialect."""


class LeadingSpace:
    """One per stream; rows are told apart by their index."""

    def __init__(self) -> None:
        self._begun: set[int] = set()

    def cut(self, index: int, text: str) -> str:
        """The piece, without what comes before the first word of its row."""
        if index not in self._begun:
            text = text.lstrip()
        if text:
            self._begun.add(index)
        return text
