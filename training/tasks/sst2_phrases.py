"""Verdicts on films, composed: praise (1) or blame (0), with negation, comparison and contrast.

A grammar: `<rule>` is said on the same side, `<rule!>` on the other, `<a rule>` with an article.
Where two sides speak, the last or the main clause is about the whole film and decides; what is
conceded is about a detail. Slots in braces are left for the task to fill.
"""

import random
import re

from training.tasks.sst2_idioms import IDIOMS
from training.tasks.sst2_words import ADVICE, DEGREES, FEELINGS, NOUNS, QUALITIES, VERBS, adjectives
from training.tasks.wording import with_article

_EITHER_SIDE = {
    "film": (
        "film", "film", "movie", "movie", "picture", "comedy", "drama", "thriller", "documentary",
        "romance", "western", "musical", "war film", "sequel", "remake", "debut", "biography",
        "adventure", "heist movie", "fairy tale", "road movie", "love story", "satire", "mystery",
        "short film", "horror film", "piece of cinema", "{nationality:6} film",
    ),
    "subject": (
        "it", "it", "it", "the film", "the movie", "{film_title:6}", "the whole thing", "this film",
        "this", "{last_name:6}'s film", "the result", "this little <film>",
        "the new film by {person:6}",
    ),
    "part": (
        "the script", "the plot", "the story", "the acting", "the direction", "the dialogue",
        "the cast", "the screenplay", "the lead performance", "the humour", "the writing",
        "{person:6}'s performance", "the ending", "every scene", "the romance", "the pacing",
    ),
    "parts": (
        "the jokes", "the characters", "the performances", "the songs", "the special effects",
        "the costumes", "the action scenes", "the leads", "the twists", "the fights", "the dances",
    ),
    "trifle": (
        "the opening", "the music", "the soundtrack", "the lighting", "the title song",
        "the poster", "the first half hour", "the camera work", "the set design", "the trailer",
        "one scene in {city:6}", "the second act", "the villain", "the subplot about {things:6}",
    ),
    "moment": ("moment", "scene", "line", "minute", "shot", "note", "image", "joke"),
    "people": ("critics", "my friends", "the papers", "people", "my parents", "half the room"),
    "predicate": (
        "is <adj>", "is <adj>", "is <adj> and <adj>", "<verb>", "<verb>", "is never <plain!>",
        "is far from <plain!>", "is anything but <plain!>", "never <verb!>", "doesn't <base!>",
        "is not <plain!> at all", "is more <plain> than <plain!>", "turns out to be <adj>",
        "isn't <plain!> for a second", "could hardly be more <plain>", "manages to be <adj>",
    ),
    "verdict_on_it": (
        "<predicate>", "<predicate>", "<predicate>", "is <thing>", "is full of <quality>",
        "has no <quality!>", "is without <quality!>", "has more <quality> than <quality!>",
        "doesn't have a single <plain!> <moment>",
    ),
    "thing": ("<a noun>", "<a adj> <film>", "<a adj> <film>", "<a plain>, <adj> <film>"),
    "whole": ("<subject> <verdict_on_it>",),
    "detail": ("<trifle> is <adj>", "<parts> are <adj>"),
    "clause": (
        "<whole>", "<whole>", "<part> <predicate>", "<parts> are <adj>", "<feeling>", "<advice>",
        "<idiom>", "<idiom>",
    ),
    "phrase": (
        "<adj>", "<adj> and <adj>", "<plain>, <plain> and <adj>", "<thing>", "<thing>", "<thing>",
        "<thing> from start to finish", "never <plain!>", "<adj> without being <plain!>",
        "more <plain> than <plain!>", "anything but <plain!>", "neither <plain!> nor <plain!>",
        "not <a plain!> <moment> in it", "<thing> about {things:5}", "<thing> set in {city:5}",
        "what <thing>!", "<a adj> <film> about a young {occupation:5}", "not <plain!> at all",
        "no <quality!>, just <quality>", "full of <quality> and <quality>", "never once <plain!>",
        "as <plain> as they come", "<thing> by {person:5}, who ought to know",
    ),
    "pair": (
        "<whole>, and <clause>", "<whole>. <clause>", "<whole>; <clause>", "<whole> and <whole>",
        "<part> <predicate>, <parts> are <adj> and <whole>", "not only <plain> but also <adj>",
        "<detail> and <whole>", "<phrase>. <clause>",
    ),
    "contrast": (
        "<detail!>, but <whole>", "<detail!>, yet <whole>", "although <detail!>, <whole>",
        "though <detail!>, <whole>", "even if <detail!>, <whole>", "while <detail!>, <whole>",
        "<detail!>. <mood>, <whole>", "<detail!>. still, <whole>", "<detail!>; even so, <whole>",
        "<whole>, even though <detail!>", "<whole>, although <detail!>",
        "<whole>, even if <detail!>",
        "despite <a plain!> script, <whole>", "despite <a plain!> start, <whole>",
        "<whole> despite <a plain!> ending", "in spite of <a plain!> title, <whole>",
        "for all its <quality!>, <whole>", "i expected <thing!> and got <thing>",
        "<people> called it <plain!>, but i found it <adj>",
        "i was told it was <plain!>; it is <adj>",
        "<people> may think it <plain!>; it <predicate>",
        "the first one was <plain!>; this is <adj>",
        "it could have been <plain!>, but it is <adj>", "what begins as <thing!> ends as <thing>",
        "not <plain!>, as the trailer suggests, but <plain>", "<plain!> at first, then <adj>",
        "{film_title:7} was <plain!>; {film_title:6} is <adj>", "<detail!>. <clause>, though",
    ),
    "verdict": (
        "<phrase>", "<phrase>", "<idiom>", "<idiom>", "<clause>", "<pair>", "<contrast>",
        "<contrast>",
    ),
}  # fmt: skip
_ONE_SIDE = {
    "noun": NOUNS,
    "quality": QUALITIES,
    "feeling": FEELINGS,
    "advice": ADVICE,
    "idiom": IDIOMS,
    "mood": (("sadly", "unfortunately", "alas"), ("luckily", "happily", "fortunately")),
}
_RULE = re.compile(r"<(a )?(\w+)(!?)>")


def say(rule: str, side: int, rng: random.Random) -> str:
    """What a rule says on a side, in small letters and mostly without a last full stop."""
    if rule in ("verb", "base"):
        forms, _, rest = rng.choice(VERBS[side]).partition("/")
        return f"{forms.split()[rule == 'base']} {rest}".strip()
    if rule in ("plain", "adj"):
        word = rng.choice(adjectives(side))
        stressed = rule == "adj" and rng.random() < 0.25
        return f"{rng.choice(DEGREES[side])} {word}" if stressed else word

    def spoken(match: re.Match[str]) -> str:
        words = say(match[2], 1 - side if match[3] else side, rng)
        return with_article(words) if match[1] else words

    options = _ONE_SIDE[rule][side] if rule in _ONE_SIDE else _EITHER_SIDE[rule]
    return _RULE.sub(spoken, rng.choice(options))
