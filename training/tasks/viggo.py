"""Facts about a video game with an act of speech, and what one would say in a chat."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from adapters.facts import facts_stated
from training.frames import Draw, fill
from training.lexicon import Split, load_task_frames
from training.tasks.fact_text import as_typed, in_order, listed, with_capitals
from training.tasks.game_talk import composed
from training.tasks.game_values import settle
from training.tasks.sample import Sample

Frame = Mapping[str, Any]

ORDER = (
    "name", "specifier", "developer", "release_year", "exp_release_date", "rating", "genres",
    "player_perspective", "esrb", "has_multiplayer", "platforms", "available_on_steam",
    "has_linux_release", "has_mac_release",
)  # fmt: skip
_ACT_WEIGHTS: Mapping[str, int] = {
    "inform": 9, "give_opinion": 6, "recommend": 6, "confirm": 6, "request": 6, "suggest": 5,
    "verify_attribute": 5, "request_explanation": 5, "request_attribute": 2,
}  # fmt: skip
_COMPOSED_SHARE = 0.4
_JOINED_SHARE = 0.4
_TYPED_SHARE = 0.05
_LONGEST = 190
"""Characters that the tokens of an answer surely hold."""

_REMARK_FIRST = ("recommend", "suggest")
_REMARK_LAST = ("inform", "give_opinion")
_SUBJECT = re.compile(r"^\{name\} (?=is |was |has |runs |came |comes |will |can |dates |falls )")


def make(draw: Draw, frames: Split) -> Sample:
    """Field meaning_representation, as in `inform(name[Ember Quest], genres[puzzle])`."""
    while True:
        sample = _tried(draw, frames)
        facts = sample.fields["meaning_representation"]
        if len(sample.answer) <= _LONGEST and facts_stated(facts, sample.answer) == 1:
            return sample
        draw.memory.clear()
        draw.entities.clear()


def _tried(draw: Draw, frames: Split) -> Sample:
    rng = draw.rng
    known = _by_act(frames)
    act = rng.choices(list(known), [_ACT_WEIGHTS[act] for act in known])[0]
    if frames == "train" and rng.random() < _COMPOSED_SHARE:
        frame: Frame = composed(act, rng)
    else:
        frame = rng.choice(known[act])
        if rng.random() < _JOINED_SHARE:
            frame = _joined(frame, known["inform"], draw)
    values, text = settle(frame["attributes"], frame["text"], draw)
    if "name" in values and draw.split == "train" and rng.random() < _TYPED_SHARE:
        values["name"] = draw.memory["name"] = values["name"].lower()
    said = with_capitals(fill(text, draw), (draw.memory[key] for key in values if key != "name"))
    truths = {key: "yes" if truth else "no" for key, truth in frame.get("booleans", {}).items()}
    values = {**dict.fromkeys(frame.get("valueless", ()), ""), **truths, **values}
    facts = listed({key: values[key] for key in in_order(frame["attributes"], ORDER, rng)})
    notation = f"{act}({facts})"
    if draw.split == "train":
        notation = as_typed(notation, rng)
        if act == "inform" and rng.random() < _TYPED_SHARE:
            notation = notation.removeprefix("inform(").removesuffix(")")
    return Sample({"meaning_representation": notation}, said)


@cache
def _by_act(frames: Split) -> Mapping[str, tuple[Frame, ...]]:
    known = load_task_frames("viggo", frames)
    return {act: tuple(f for f in known if f["act"] == act) for act in _ACT_WEIGHTS}


def _joined(frame: Frame, remarks: tuple[Frame, ...], draw: Draw) -> Frame:
    """The frame with a remark about the same game, where one says nothing of the same kind."""
    is_first = frame["act"] in _REMARK_FIRST
    if not is_first and frame["act"] not in _REMARK_LAST:
        return frame
    taken = {*frame["attributes"]} - {"name"}
    # What has come out, or has been played, is not due.
    if taken & {"release_year", "rating"}:
        taken.add("exp_release_date")
    if "exp_release_date" in frame["attributes"]:
        taken.add("release_year")
    fitting = [
        remark
        for remark in remarks
        if taken.isdisjoint(remark["attributes"]) and remark["text"].startswith("{name}")
    ]
    if not fitting:
        return frame
    remark = draw.rng.choice(fitting)
    told = remark["text"] if is_first else _SUBJECT.sub("It ", remark["text"])
    texts = (told, frame["text"]) if is_first else (frame["text"], told)
    return {
        "act": frame["act"],
        "attributes": list(dict.fromkeys((*frame["attributes"], *remark["attributes"]))),
        "text": " ".join(texts),
        "booleans": {**frame.get("booleans", {}), **remark.get("booleans", {})},
    }
