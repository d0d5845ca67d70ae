"""How answers are drawn: what the numbers of the sampling panel mean. Knows no component."""

from dataclasses import dataclass, replace

from adapters.card import Card
from app.contenders import standard_sampling
from engine.errors import BadRequest
from engine.request import SamplingParams

LONGEST = 1024


@dataclass(frozen=True)
class Drawing:
    """The panel as the browser sends it; an empty box is None and leaves the standard."""

    temperature: float | None
    top_p: float | None
    max_tokens: float | None
    seed: float | None

    def sampling(self, card: Card) -> SamplingParams:
        """Greedy, as the card has it, but for what is said here. Raises BadRequest."""
        standard = standard_sampling(card)
        try:
            sampling = replace(
                standard,
                temperature=float(self.temperature or 0.0),
                top_p=1.0 if self.top_p is None else float(self.top_p),
                max_tokens=int(standard.max_tokens if self.max_tokens is None else self.max_tokens),
                seed=None if self.seed is None else int(self.seed),
            )
        except (TypeError, ValueError, OverflowError) as error:
            if isinstance(error, BadRequest):
                raise
            raise BadRequest("Please write plain numbers into the sampling panel.") from error
        if sampling.max_tokens > LONGEST:
            raise BadRequest(f"An answer has at most {LONGEST:,} tokens here.")
        return sampling


def in_words(sampling: SamplingParams | None) -> str:
    """ "temperature 0.7, top p 0.9, seed 3"; empty for the likeliest token each time."""
    if sampling is None or sampling.temperature == 0.0:
        return ""
    words = [f"temperature {sampling.temperature:g}"]
    if sampling.top_p < 1.0:
        words.append(f"top p {sampling.top_p:g}")
    if sampling.seed is not None:
        words.append(f"seed {sampling.seed}")
    return ", ".join(words)
