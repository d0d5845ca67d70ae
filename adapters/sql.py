"""The SQL of the wikisql task: a grammar of one SELECT. Owns what is valid; knows no metric.

    SELECT <column> | MAX|MIN|SUM|AVG|COUNT(<column>)  FROM table
    [WHERE <column> =|<|> <literal> [AND <column> =|<|> <literal>]...]

A literal is a bare number or a string in single quotes, in which a quote is written twice.
Column names stand bare although they may hold spaces, signs and even words of the grammar
("Height (cm)", "Men's winner", "From club"): only the header of the table tells where a name
ends, so the header is part of the grammar. General SQL parsers cannot know it.
"""

import re

_WORD = re.compile(r"\w+")
_AGGREGATE = re.compile(r"(MAX|MIN|SUM|AVG|COUNT)\s*\(\s*", re.IGNORECASE)
_OPERATOR = re.compile(r"[=<>]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?(?![\w.])")
_STRING = re.compile(r"'(?:[^']|'')*'")


class NotSql(ValueError):
    """The text is no SELECT of this grammar; `str(error)` says why in one sentence."""


def header_columns(header: str) -> tuple[str, ...]:
    """Column names of a header field such as "Player, Team, Points"."""
    return tuple(name for part in header.split(",") if (name := " ".join(part.split())))


def check_select(text: str, columns: tuple[str, ...]) -> None:
    """Raises NotSql unless the whole text is one SELECT over a table with these columns."""
    reader = _Reader(text, columns)
    reader.word("SELECT")
    if reader.take(_AGGREGATE):
        reader.column()
        reader.sign(")")
    else:
        reader.column()
    reader.word("FROM")
    reader.word("table")
    if not reader.at_end():
        reader.word("WHERE")
        reader.condition()
    while not reader.at_end():
        reader.word("AND")
        reader.condition()


class _Reader:
    """A place in the text that moves on with every part that was expected and found."""

    def __init__(self, text: str, columns: tuple[str, ...]) -> None:
        self._rest = text.strip()
        # Longest first: with the columns "Year" and "Year built", "Year built" must win.
        longest_first = sorted(columns, key=len, reverse=True)
        self._columns = [re.compile(_spelling(name), re.IGNORECASE) for name in longest_first]

    def at_end(self) -> bool:
        return not self._rest

    def take(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.match(self._rest)
        if found is None:
            return False
        self._rest = self._rest[found.end() :].lstrip()
        return True

    def word(self, word: str) -> None:
        if not self.take(re.compile(rf"{word}\b", re.IGNORECASE)):
            raise NotSql(f"{word} is missing before {self._shown()}.")

    def sign(self, sign: str) -> None:
        if not self.take(re.compile(re.escape(sign))):
            raise NotSql(f"“{sign}” is missing before {self._shown()}.")

    def column(self) -> None:
        if not any(self.take(pattern) for pattern in self._columns):
            raise NotSql(f"The table has no column at {self._shown()}.")

    def condition(self) -> None:
        self.column()
        if not self.take(_OPERATOR):
            raise NotSql(f"One of = < > is missing before {self._shown()}.")
        if not self.take(_NUMBER) and not self.take(_STRING):
            raise NotSql(f"A number or a quoted text is missing before {self._shown()}.")

    def _shown(self) -> str:
        if not self._rest:
            return "the end"
        return f"“{self._rest[:24]}…”" if len(self._rest) > 24 else f"“{self._rest}”"


def _spelling(name: str) -> str:
    """Pattern of a column name: any white space between its words, and no half word at its end."""
    pattern = r"\s+".join(re.escape(part) for part in name.split())
    return pattern + (r"(?!\w)" if _WORD.fullmatch(name[-1]) else "")
