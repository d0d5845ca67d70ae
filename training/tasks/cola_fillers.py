"""Phrases that fill the constructions of cola_patterns: people, things, places, verb phrases."""

from functools import cache

from training.lexicon import Split, load_lexicon
from training.tasks.grammar import Rules

_RULES = {
    "one": ("{first_name}", "{first_name}", "the {occupation}", "my aunt", "our neighbour",
            "the old man", "the girl", "a friend of mine", "her brother", "the new teacher"),
    "other": ("{first_name:2}", "{first_name:2}", "the {occupation:2}", "his uncle", "the boy",
              "my sister", "the woman next door", "their doctor", "the coach"),
    "many": ("the children", "my parents", "two students", "the workers", "our neighbours",
             "the nurses", "both players", "some visitors", "the people of {village}"),
    "it": ("the {thing}", "the {color} {thing}", "his {thing}", "the old {thing}", "this {thing}",
           "the last {thing}", "our {thing}"),
    "them": ("the {things}", "some {things}", "all the {things}", "{int:3-20} {things}"),
    "where": ("in the garden", "in {city}", "at the station", "behind the house", "near the river",
              "on the stairs", "at {university}", "in the kitchen"),
    "when": ("yesterday", "last night", "on {weekday}", "in {month}", "two days ago",
             "after lunch", "in {int:1950-2020}", "before the storm"),
    "base": ("buy <it>", "sell <it>", "visit {city}", "open the door", "write a letter",
             "learn {subject}", "call <other>", "paint the fence", "wash the car", "play {sport}",
             "leave the room", "cook dinner", "move to {country}"),
    "ing": ("buying <it>", "selling <it>", "visiting {city}", "opening the door",
            "writing a letter", "learning {subject}", "calling <other>", "painting the fence",
            "washing the car", "playing {sport}", "leaving the room", "cooking dinner"),
    "past": ("bought <it>", "sold <it>", "visited {city}", "opened the door", "wrote a letter",
             "called <other>", "painted the fence", "left the room", "cooked dinner"),
    "fact": ("the shop is closed", "it will rain", "<other> sold <it>", "the bus has left",
             "they won the match", "{city} is far away", "the {things} were stolen",
             "<other> has moved to {country}", "the bridge was built in {int:1850-1990}"),
    "gave": ("gave", "sent", "showed", "lent", "handed", "sold", "offered", "promised"),
    "explained": ("explained", "described", "donated", "suggested", "announced", "mentioned",
                  "reported", "demonstrated", "introduced"),
    "slept": ("arrived", "disappeared", "vanished", "sneezed", "died", "appeared", "smiled",
              "coughed", "slept", "hesitated"),
    "took": ("devoured", "fixed", "destroyed", "repaired", "bought", "borrowed", "took", "carried",
             "owned", "used", "brought", "praised", "hit", "caught", "wanted"),
    "to_verb": ("decided", "hoped", "refused", "promised", "agreed", "wanted", "managed",
                "pretended", "offered"),
    "ing_verb": ("enjoyed", "avoided", "finished", "kept", "risked", "gave up", "practised",
                 "suggested", "put off"),
    "told": ("persuaded", "asked", "told", "allowed", "forced", "advised", "ordered", "wanted"),
    "made": ("made", "let", "saw", "heard"),
    "you": ("{first_name:3}", "him", "her", "them", "me", "us", "the {occupation:3}"),
    "good": ("clean", "heavy", "expensive", "old", "useless", "famous", "cheap", "wet", "new"),
    "tall": ("taller", "older", "younger", "faster", "richer", "stronger", "smaller", "kinder"),
    "quick": ("beautiful beautifully", "careful carefully", "quick quickly", "loud loudly",
              "slow slowly", "nervous nervously", "polite politely"),
    "he": ("my uncle", "the boy", "the king", "my father", "his brother", "that man", "the prince",
           "our grandfather", "the waiter"),
    "she": ("my aunt", "the girl", "the queen", "my mother", "her sister", "that woman",
            "the princess", "our grandmother", "the actress"),
    "hurt": ("hurt", "blamed", "introduced", "taught", "bought a picture of", "is proud of",
             "laughed at", "talked about", "looked at", "saw", "described", "never trusted",
             "is ashamed of", "wrote a song about"),
    "hurt_all": ("hurt", "blamed", "introduced", "taught", "are proud of", "laughed at", "saw",
                 "talked about", "described", "never trusted", "are ashamed of"),
}  # fmt: skip

_WOMEN = (
    "Agnes", "Alice", "Amelia", "Anna", "Barbara", "Carmen", "Caroline", "Clara", "Daisy", "Diana",
    "Dorothy", "Edith", "Elena", "Elizabeth", "Ella", "Emily", "Emma", "Fatima", "Fiona",
    "Florence",
    "Georgia", "Grace", "Greta", "Hannah", "Helen", "Ingrid", "Irene", "Jane", "Julia", "Karen",
    "Kate", "Laura", "Lisa", "Lucy", "Margaret", "Maria", "Martha", "Mary", "Nancy", "Nina", "Olga",
    "Olivia", "Paula", "Rachel", "Rosa", "Ruth", "Sarah", "Sofia", "Susan", "Teresa", "Vera",
)  # fmt: skip
_MEN = (
    "Adam", "Ahmed", "Albert", "Alfred", "Andrew", "Anton", "Arthur", "Boris", "Carlos", "Charles",
    "Daniel", "David", "Diego", "Edward", "Erik", "Felix", "Frank", "Fritz", "George", "Hans",
    "Harry", "Hassan", "Henry", "Hugo", "Ivan", "Jack", "James", "Jim", "Jorge", "Karl", "Kevin",
    "Leo", "Luis", "Mark", "Martin", "Max", "Michael", "Mohamed", "Oscar", "Otto", "Paul", "Pedro",
    "Peter", "Ralph", "Richard", "Robert", "Simon", "Stephen", "Thomas", "Victor", "Walter",
)  # fmt: skip
"""Names that go with `herself` and with `himself` for nearly everybody."""


@cache
def fillers(split: Split) -> Rules:
    """The rules; for training also names of women and men, whose gender cannot be seen anew."""
    if split == "heldout":
        return _RULES
    known = set(load_lexicon()["train"]["first_name"])
    women = tuple(name for name in _WOMEN if name in known)
    men = tuple(name for name in _MEN if name in known)
    return {**_RULES, "she": (*_RULES["she"], *women), "he": (*_RULES["he"], *men)}
