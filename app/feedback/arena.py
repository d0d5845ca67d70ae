"""A rated pair in the form that chat arenas publish their battles in. Knows no database."""

from collections.abc import Mapping
from datetime import datetime

from adapters.card import Card
from app.feedback.prompts import LeftOut, prompt_of
from app.feedback.rated import Row

_WINNERS = {"A": "model_a", "B": "model_b", "tie": "tie", "both_bad": "tie (bothbad)"}


def battle(row: Row, cards: Mapping[str, Card]) -> list[Row] | LeftOut:
    """One turn by two models, which are named by their weights; nobody detects languages here."""
    prompt = prompt_of(row, cards)
    if isinstance(prompt, LeftOut):
        return prompt
    return [
        {
            "question_id": row["comparison_id"],
            "model_a": row["A.contestant_id"],
            "model_b": row["B.contestant_id"],
            "winner": _WINNERS[row["choice"]],
            "judge": row["session_sha256"],
            "conversation_a": _conversation(prompt, row["A.text"]),
            "conversation_b": _conversation(prompt, row["B.text"]),
            "turn": 1,
            "anony": not row["identities_visible"],
            "language": "unknown",
            "tstamp": datetime.fromisoformat(row["voted_at"]).timestamp(),
            "task": row["task"],
        }
    ]


def _conversation(prompt: str, answer: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]
