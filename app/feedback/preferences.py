"""Rated pairs as preferences to train on: prompt, chosen, rejected. Knows no trainer.

The texts are exact, the space before an answer included, so that prompt and answer together are
what the model read and wrote.
"""

from collections.abc import Mapping

from adapters.card import Card
from app.feedback.prompts import LeftOut, prompt_of
from app.feedback.rated import Row


def preferences(row: Row, cards: Mapping[str, Card]) -> list[Row] | LeftOut:
    """What one rated pair teaches.

    A correction is preferred to both answers, whatever the vote was. Without one, the preferred
    answer must have ended by itself: a trainer puts an end behind it.
    """
    prompt = prompt_of(row, cards)
    if isinstance(prompt, LeftOut):
        return prompt
    if (correction := row["correction"]) is not None:
        corrected = [(side, _led(row[f"{side}.text"], correction)) for side in "AB"]
        return [
            _line(row, prompt, text, side)
            for side, text in corrected
            if row[f"{side}.text"] != text
        ]
    if row["winner_id"] is None:
        return LeftOut.NO_WINNER
    won, lost = row["choice"], "B" if row["choice"] == "A" else "A"
    if row[f"{won}.text"] == row[f"{lost}.text"]:
        return LeftOut.SAME_TEXT
    if row[f"{won}.finish_reason"] != "stop":
        return LeftOut.CUT_OFF
    return [_line(row, prompt, row[f"{won}.text"], lost, row["winner_id"])]


def _line(row: Row, prompt: str, chosen: str, lost: str, chosen_id: str | None = None) -> Row:
    """`chosen_id` is None where a person wrote the chosen text."""
    return {
        "prompt": prompt,
        "chosen": chosen,
        "rejected": row[f"{lost}.text"],
        "chosen_id": chosen_id,
        "rejected_id": row[f"{lost}.contestant_id"],
        "task": row["task"],
        "mode": row["mode"],
        "comparison_id": row["comparison_id"],
        "voted_at": row["voted_at"],
    }


def _led(answer: str, correction: str) -> str:
    """What a person wrote, behind the white space that the model had put before its answer."""
    return answer[: len(answer) - len(answer.lstrip())] + correction.strip()
