"""Words that praise and blame films; index 1 of each pair praises, index 0 blames."""

from functools import cache

from training.lexicon import load_lexicon

_UNFIT = frozenset((
    "agreeable", "beloved", "caring", "competent", "considerate", "courteous", "delicious",
    "dependable", "devoted", "eager", "efficient", "faithful", "fair", "fearless", "friendly",
    "gifted", "gracious", "hard-working", "healthy", "helpful", "heroic", "jolly", "jubilant",
    "keen", "kind", "loyal", "neat", "patient", "polite", "praiseworthy", "precise", "priceless",
    "reliable", "resourceful", "respectful", "robust", "smooth", "soothing", "spotless",
    "supportive", "sympathetic", "talented", "tasteful", "tasty", "tidy", "trustworthy", "truthful",
    "useful", "welcoming", "wholesome", "zesty", "brave", "confident", "happy", "optimistic",
    "sincere", "compassionate", "aggressive", "barren", "bitter", "bleak", "bogus", "brutal",
    "callous", "chaotic", "corrupt", "cowardly", "cranky", "cynical", "damaged", "deadly",
    "deceitful", "defective", "deficient", "desperate", "dirty", "dishonest", "disrespectful",
    "dour", "dry", "dubious", "excessive", "faulty", "filthy", "fraudulent", "fussy", "gloomy",
    "greasy", "greedy", "grim", "grubby", "grumpy", "harsh", "hateful", "hostile", "ignorant",
    "immature", "impolite", "indifferent", "inferior", "malicious", "mean", "moody", "mundane",
    "murky", "negligent", "noisy", "noxious", "obscure", "rancid", "reckless", "rigid", "ruthless",
    "scruffy", "selfish", "sinister", "slimy", "snobbish", "sordid", "sour", "spiteful", "stingy",
    "stuffy", "sulky", "tasteless", "toxic", "tragic", "troubling", "unfair", "unfriendly",
    "unhappy", "unhelpful", "unreliable", "unsafe", "vain", "vicious", "vile", "wicked", "worn-out",
    "cold", "careless", "cruel", "erratic", "flabby", "foolish", "hypocritical", "illogical",
    "inconsistent", "insulting", "overpriced", "petty", "rude", "senseless", "shabby", "shameful",
    "silly", "slow", "threadbare",
))  # fmt: skip
"""Words of the lists that do not suit a film, or that say little about whether it is liked."""

_MORE = (
    (
        "laboured", "mawkish", "toothless", "patchy", "hackneyed", "humorless", "unimaginative",
        "uninvolving", "laborious", "overwrought", "self-indulgent", "syrupy", "implausible",
        "dispiriting", "unremarkable", "unwatchable", "cliché-ridden", "by-the-numbers",
        "pedestrian", "witless", "overacted", "underwritten", "dire", "unnecessary", "cringeworthy",
        "irksome",
    ),
    (
        "tense", "taut", "lean", "ravishing", "sly", "wry", "warm-hearted", "big-hearted",
        "unmissable", "exuberant", "well-acted", "well-written", "hypnotic", "sumptuous",
        "sure-footed", "life-affirming", "laugh-out-loud", "hair-raising", "thought-provoking",
        "crowd-pleasing", "pitch-perfect", "suspenseful", "dreamlike", "rousing",
    ),
)  # fmt: skip

NOUNS = (
    (
        "mess", "bore", "failure", "disaster", "waste of time", "letdown", "disappointment", "dud",
        "flop", "chore", "misfire", "slog", "embarrassment", "snooze", "train wreck", "fiasco",
        "yawn", "missed chance", "waste of a good cast", "muddle", "cheap copy", "headache",
    ),
    (
        "triumph", "delight", "joy", "gem", "treat", "masterpiece", "pleasure", "winner", "marvel",
        "charmer", "wonder", "knockout", "feast", "success", "breath of fresh air", "work of art",
        "hoot", "blast", "must-see", "rare find", "small miracle", "crowd-pleaser",
    ),
)  # fmt: skip
VERBS = (
    (
        "drags drag", "bores bore", "falls fall/flat", "disappoints disappoint", "fails fail",
        "grates grate", "annoys annoy", "stumbles stumble", "collapses collapse",
        "misfires misfire", "fizzles fizzle/out", "goes go/nowhere", "tries try/your patience",
        "leaves leave/you cold", "runs run/out of steam", "plods plod", "sags sag",
        "falls fall/apart", "wears wear/thin", "sinks sink", "insults insult/your intelligence",
        "puts put/you to sleep", "gets get/on your nerves", "outstays outstay/its welcome",
    ),
    (
        "shines shine", "works work", "sparkles sparkle", "soars soar", "delights delight",
        "dazzles dazzle", "succeeds succeed", "surprises surprise", "moves move/you",
        "grips grip/you", "entertains entertain", "lifts lift/the spirits",
        "hits hit/all the right notes", "stays stay/with you", "pays pay/off", "wins win/you over",
        "holds hold/your attention", "convinces convince", "rewards reward/your patience",
        "warms warm/the heart", "makes make/you laugh", "comes come/alive", "takes take/flight",
    ),
)  # fmt: skip
"""Third person, base form, and after a slash the rest that follows both."""

QUALITIES = (
    (
        "clichés", "padding", "plot holes", "silly twists", "cheap tricks", "empty talk",
        "bad puns", "dead ends", "stale jokes", "noise", "self-pity", "false notes", "loose ends",
    ),
    (
        "wit", "charm", "heart", "humour", "energy", "style", "imagination", "warmth", "tension",
        "suspense", "originality", "intelligence", "soul", "life", "depth", "passion", "surprises",
        "grace", "magic", "fun",
    ),
)  # fmt: skip
FEELINGS = (
    (
        "i hated it", "i nearly fell asleep", "i was bored", "i wanted my money back",
        "we left early", "i kept looking at my watch", "i could not wait for it to end",
        "i felt nothing", "i should have stayed at home", "it made me angry",
        "i did not laugh once", "i didn't enjoy a minute of it", "i can't recommend it",
        "i would not watch it again for money", "nobody in the room clapped",
        "my {animal:6} would have made a better film", "i gave up after {int:15-50} minutes",
        "i have never been so bored", "not even {person:6} can save it",
    ),
    (
        "i loved it", "i laughed a lot", "i was moved", "i had a great time", "we all cheered",
        "i was on the edge of my seat", "i would see it again tomorrow", "it made my day",
        "i smiled all the way through", "i could not look away", "i left the cinema happy",
        "i could have watched it for hours", "i can't recommend it highly enough",
        "i was never bored", "i did not want it to end", "the whole room clapped",
        "i have already bought tickets for my parents", "{person:6} has never been better",
        "i forgot the time",
    ),
)  # fmt: skip
ADVICE = (
    (
        "skip it", "avoid it", "do not bother", "save your money", "stay away", "not recommended",
        "give it a miss", "watch something else", "don't waste your time", "read the book instead",
        "one star", "two thumbs down",
    ),
    (
        "see it", "don't miss it", "go and see it", "take the whole family", "highly recommended",
        "well worth a look", "worth every penny", "catch it while you can", "five stars",
        "two thumbs up", "watch it with a friend", "not to be missed",
    ),
)  # fmt: skip
DEGREES = (
    (
        "very", "really", "so", "thoroughly", "utterly", "remarkably", "truly", "totally",
        "painfully", "hopelessly", "relentlessly", "terribly", "endlessly", "unbearably", "deeply",
    ),
    (
        "very", "really", "so", "thoroughly", "utterly", "remarkably", "truly", "totally",
        "wonderfully", "refreshingly", "quietly", "surprisingly", "consistently", "beautifully",
        "deeply", "genuinely",
    ),
)  # fmt: skip


@cache
def adjectives(side: int) -> tuple[str, ...]:
    """Adjectives that blame (0) or praise (1) a film. Never a held-out one: their sense is
    knowledge, which nobody can take from the sentence."""
    slot = ("adjective_negative", "adjective_positive")[side]
    listed = load_lexicon()["train"][slot]
    kept = [word for word in (*listed, *_MORE[side]) if word not in _UNFIT]
    return tuple(word for word in kept if word not in load_lexicon()["heldout"][slot])
