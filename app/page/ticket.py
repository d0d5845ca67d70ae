"""What the browser carries between Run, Stop, a rating and its undoing. Knows no Gradio.

The browser may send back anything: whether a session may stop or rate is decided by those who
keep the run and the comparison, never by what stands here.
"""

import json
import time
import uuid
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Ticket:
    """One run. `vote_key` makes a second click on the same button the same rating.

    `ended_ms` is when both answers had ended, in milliseconds since 1970.
    """

    run_id: str
    comparison_id: str | None = None
    ended_ms: int | None = None
    vote_key: str = field(default_factory=lambda: uuid.uuid4().hex)

    def to_text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str | None) -> "Ticket | None":
        """The ticket, None if there is none or it is none of ours."""
        try:
            raw = json.loads(text or "null")
            ticket = cls(**raw)
        except (ValueError, TypeError):
            return None
        texts = (ticket.run_id, ticket.comparison_id or "", ticket.vote_key)
        number = ticket.ended_ms
        is_ours = all(isinstance(text, str) for text in texts) and (
            number is None or isinstance(number, int)
        )
        return ticket if is_ours else None

    def think_ms(self) -> int | None:
        """How long the visitor has looked at two finished answers."""
        if self.ended_ms is None:
            return None
        return max(0, now_ms() - self.ended_ms)


def now_ms() -> int:
    return time.time_ns() // 1_000_000
