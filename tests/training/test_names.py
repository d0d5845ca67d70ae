"""Names: the split by hash, the lists, the invented ones, and frames filled with them."""

import random
import re

import pytest

from training import invent
from training.frames import Draw, fill, mend
from training.lexicon import is_open, load_frames, load_lexicon, split_of
from training.words import words_of


def test_no_held_out_name_occurs_in_what_training_may_read() -> None:
    """Catches a held-out filler that stands in a frame or inside a training filler."""
    lexicon = load_lexicon()
    frames = " | ".join(
        re.sub(r"\{[^{}]*\}", ".", str(frame))
        for name in ("covid", "dbpedia", "e2e_nlg", "wikisql_questions", "news", "conllpp")
        for frame in load_frames(name)
    )
    read = words_of(frames) + "".join(
        words_of(filler) for fillers in lexicon["train"].values() for filler in fillers
    )
    held_out = [f for slot in lexicon["heldout"] if is_open(slot) for f in lexicon["heldout"][slot]]
    assert len(held_out) > 1000
    assert [filler for filler in held_out if words_of(filler) in read] == []


@pytest.mark.parametrize("slot", ["city", "company", "restaurant_name", "last_name", "things"])
def test_an_invented_name_is_of_its_split_and_in_no_list(slot: str) -> None:
    """Catches names that both splits can invent: 'unseen' would then be chance."""
    made = {
        split: {invent.filler(slot, random.Random(seed), split) for seed in range(300)}
        for split in ("train", "heldout")
    }
    assert made["train"].isdisjoint(made["heldout"])
    assert min(map(len, made.values())) > 200


def test_split_of_ignores_case_and_is_fixed() -> None:
    """Catches a hash that differs between runs (Python's own does): the split would move."""
    assert split_of("Oslo") == split_of("OSLO") == "train"
    shares = [split_of(f"name {i}") == "heldout" for i in range(3000)]
    assert 0.13 < sum(shares) / len(shares) < 0.2


def test_frames_remember_names_numbers_and_choose_alternatives() -> None:
    """Catches a repeated slot that changes its filler, and `{n}` that loses its number."""
    draw = Draw(random.Random(3), "train")
    text = fill("{city} [met|saw] {city:2}; {n=int:10-99} then {n}; {city} again", draw)
    match = re.fullmatch(r"(.+) (met|saw) (.+); (\d\d) then (\d\d); (.+) again", text)
    assert match is not None
    assert match[1] == match[6] != match[3]
    assert match[4] == match[5]


@pytest.mark.parametrize(
    ("raw", "mended"),
    [
        ("a apple in the the box", "An apple in the box"),
        ("the Nile is long", "The Nile is long"),
        ("iOS is left as it is", "iOS is left as it is"),
        ("it is a university", "it is a university"),
    ],
)
def test_articles_and_capitals_are_mended(raw: str, mended: str) -> None:
    """Catches 'a apple' and 'the the', which a model would learn."""
    assert mend(raw) == mended


def test_every_frame_can_be_filled() -> None:
    """Catches a slot name in a frame that no list or rule knows."""
    for name in ("covid", "dbpedia", "e2e_nlg", "conllpp", "bc5cdr", "viggo", "legal", "jigsaw"):
        for number, frame in enumerate(load_frames(name)):
            text = fill(frame["text"], Draw(random.Random(number), "train"))
            assert "{" not in text, f"{name}: {text}"
            assert not re.search(r"\[[^\]]*\|", text), f"{name}: {text}"


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("It is a egg and a umpire", "It is an egg and an umpire"),
        (
            "As a union of a European and a one-man band",
            "As a union of a European and a one-man band",
        ),
        ("A Orange Chisel", "An Orange Chisel"),
        ("in a UN lorry", "in a UN lorry"),
        ("the the Red Cross  gave a apple", "The Red Cross gave an apple"),
    ],
)
def test_articles_follow_the_sound_of_the_filler(written: str, mended: str) -> None:
    """Catches "a umpire" and "an union": the model would learn both."""
    assert mend(written) == mended
