"""Facts about an eating place, and a text that states all of them and nothing else."""

from training.frames import Draw, fill
from training.lexicon import Split, load_task_frames
from training.tasks.sample import Sample

ORDER = ("name", "eatType", "food", "priceRange", "rating", "area", "familyFriendly", "near")
_SHUFFLED_SHARE = 0.3


def make(draw: Draw, frames: Split) -> Sample:
    """Field meaning_representation, as in `name[The Vaults], eatType[pub]`; the answer is prose."""
    frame = draw.rng.choice(load_task_frames("e2e_nlg", frames))
    draw.memory["food"] = draw.slot("cuisine" if draw.rng.random() < 0.7 else "food:9")
    text = fill(frame["text"], draw)
    attributes = sorted(frame["attributes"], key=ORDER.index)
    if draw.rng.random() < _SHUFFLED_SHARE:
        draw.rng.shuffle(attributes)
    facts = ", ".join(f"{key}[{_value(key, frame, draw)}]" for key in attributes)
    if "food" not in attributes:
        draw.entities.discard(draw.memory["food"])
    return Sample({"meaning_representation": facts}, text)


def _value(key: str, frame: dict[str, object], draw: Draw) -> str:
    if key == "familyFriendly":
        return "yes" if frame["familyFriendly"] else "no"
    return draw.memory[key]
