"""Rules about nouns and what goes with them: articles, number, case, comparison, prepositions."""

from training.tasks.cola_rule import DETERMINER, NAME, among, one_of, rule
from training.tasks.cola_words import ADJECTIVES, COUNTED, PLURAL, SINGULAR, VERBS, regular_past
from training.tasks.cola_words import any_of as any_

_ADJ = any_(ADJECTIVES)
_COUNTED = any_(COUNTED)
_NOUNS = any_(PLURAL)
_PLURALS = any_(SINGULAR)
_TO_PLURAL = {one: (many,) for one, many in PLURAL.items()}
_TO_SINGULAR = {many: (one,) for many, one in PLURAL.items()} | {"people": ("person",)}
_TO_SINGULAR |= {"dollars": ("dollar",), "miles": ("mile",), "metres": ("metre",)}
_MADE_UP = {
    v.past: (regular_past(v.base),)
    for v in VERBS.values()
    if regular_past(v.base) not in (v.past, "singed", "ringed", "seed", "leaved", "lended")
} | {"children": ("childs", "childrens"), "men": ("mans", "mens"), "women": ("womans",),
     "feet": ("foots",), "teeth": ("tooths",), "mice": ("mouses",)}  # fmt: skip
_OBJECT = {"He": ("Him",), "She": ("Her",), "They": ("Them",), "We": ("Us",), "I": ("Me",)}
_SUBJECT = {"him": ("he",), "them": ("they",), "me": ("I",), "us": ("we",)}
_ALONE = {"their": ("theirs",), "our": ("ours",), "my": ("mine",), "your": ("yours",)}
_FINITE = any_(
    {"is", "was", "are", "were", "has", "have", "had", "will", "did", "would", "could"}
    | {form for v in VERBS.values() for form in (v.past, v.third)}
)
_MOST = any_(("largest", "biggest", "smallest", "oldest", "highest", "longest", "tallest", "best",
              "worst", "youngest", "newest", "fastest", "richest", "cheapest"))  # fmt: skip
_MORE = any_(("larger", "bigger", "smaller", "older", "younger", "higher", "longer", "taller",
              "better", "worse", "faster", "cheaper", "richer", "heavier", "earlier"))  # fmt: skip
_PARTNERS = {
    "depends on": ("depends of", "depends from"), "depend on": ("depend of", "depend from"),
    "interested in": ("interested on", "interested for"), "afraid of": ("afraid from",),
    "consists of": ("consists from",), "belongs to": ("belongs of", "belongs from"),
    "belong to": ("belong of",), "listened to": ("listened at",), "listen to": ("listen at",),
    "responsible for": ("responsible of",), "famous for": ("famous of",),
    "similar to": ("similar of", "similar as"), "different from": ("different at",),
    "proud of": ("proud from", "proud on"), "born in": ("born to",),
    "located in": ("located to", "located of"), "known for": ("known of",),
    "accused of": ("accused for",), "full of": ("full from",), "capable of": ("capable to",),
    "arrived in": ("arrived to",), "arrived at": ("arrived to",), "based on": ("based of",),
    "waiting for": ("waiting of",), "looking for": ("looking of",), "aware of": ("aware from",),
    "covered with": ("covered of",), "made of": ("made at",), "because of": ("because for",),
    "instead of": ("instead from",), "in front of": ("in front from",),
}  # fmt: skip

_OF_NOT_NEEDED = any_(
    ("both", "half", "inside", "outside", "think", "hear", "heard", "told", "know", "knew", "spoke",
     "speak", "dream", "approve", "approved", "beware", "double", "alongside")
)  # fmt: skip
_ENDS = (
    r"(?= (?:of|in|on|at|was|is|were|are|has|have|had|will|that|which|who|and|to|for|with|by|from|"
    r"near|ago|later|before|after|when|because|but|than|a|the|every|long)\b|[.,?])"
)
"""What follows a noun that is no part of a compound."""

NOUN_RULES = (
    # Articles.
    rule(rf"(?<!as )(?<!such )(?<!half )(?<!many )(?<=[a-z,] )an? ((?:{_ADJ} )?{_COUNTED}){_ENDS}",
         r"\1"),
    rule(rf"(?<=[a-z,] )an? ((?:{_ADJ} )?\{{thing\}})", r"\1"),
    rule(rf"(?<=[a-z,] )the ((?:{_ADJ} )?{any_(COUNTED - {'neighbour', 'player'})}){_ENDS}", r"\1"),
    rule(rf"(?<=[a-z,] )(?:the|an?|his|their|my|our) ({_NOUNS})\b",
         one_of(r"the a \1", r"a the \1", r"the my \1", r"his the \1", r"a their \1")),
    # Number.
    rule(rf"\b([Aa]n?|[Ee]very|[Ee]ach|[Tt]his|[Aa]nother) ((?:{_ADJ} )?)({_NOUNS})\b(?! \{{)",
         among(_TO_PLURAL, 3, r"\1 \2{}")),
    rule(rf"\b([Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en|[Mm]any|"
         rf"[Ss]everal|[Tt]hese|[Tt]hose|\{{(?:\w=)?int:[2-9]\d*-\d+\}}) ((?:{_ADJ} )?)"
         rf"({any_(_TO_SINGULAR)}){_ENDS}", among(_TO_SINGULAR, 3, r"\1 \2{}")),
    rule(rf"\b(?:these|those) ((?:{_ADJ} )?(?:{_PLURALS}|\{{things\}}))", r"this \1"),
    rule(rf"\b([Mm])any ((?:{_ADJ} )?(?:{_PLURALS}|\{{things\}}|people\b))", r"\1uch \2"),
    rule(r"\b([Mm])uch (money|water|time|rain|snow|food|work|traffic)\b", r"\1any \2"),
    rule(rf"\b({any_(_MADE_UP)})\b", among(_MADE_UP)),
    # Case.
    rule(rf"^(He|She|They|We|I) (?={_FINITE}\b)", among(_OBJECT, 1, "{} ")),
    rule(r"\b(for|with|to|from|by|at|of) (him|them|me|us)(?=[ .,?])", among(_SUBJECT, 2, r"\1 {}")),
    rule(r"\b(with|to|from|by) her(?=[.,?]| and | when )", r"\1 she"),
    rule(r"(?<= )(their|our|my|your) (?=[a-z]+\b)", among(_ALONE, 1, "{} ")),
    # Comparison.
    rule(rf"\bthe ({_MOST})\b", r"the most \1"),
    rule(rf"\b({_MORE}) than\b", one_of(r"more \1 than", r"\1 as", r"\1 that")),
    rule(r"\b(more|less) ([a-z]+) than\b", one_of(r"\1 \2 as", r"\1 \2 that")),
    rule(r"\bas ([a-z]+) as\b", one_of(r"as \1 than", r"so \1 than")),
    # Prepositions.
    rule(rf"\b({any_(_PARTNERS)})\b", among(_PARTNERS)),
    rule(rf"\b(?!{_OF_NOT_NEEDED}\b)([a-z]{{4,}}) of ({DETERMINER}) (?=[a-z])", r"\1 \2 "),
    rule(r"\b(lives|lived|live|born|located|arrived|listened|listen|belongs|belong|depends|depend|"
         r"consists|laughed|interested|afraid|responsible|similar|looked|died) "
         r"(?:in|at|to|for|on|of) "
         rf"(?=the\b|{NAME}|\{{(?:city|country|region|village|loc)\}})", r"\1 "),
    # Joining words.
    rule(r"\b([Bb])ecause (?=(?:he|she|it|they|we|I|you|the) )", r"\1ecause of "),
    rule(r"^(?:Although|Though|While|When|Because) (?=(?:he|she|it|they|we|I|you) )", "Despite "),
    rule(r"\b([Bb]oth (?:\{[^}]*\}|the [a-z]+|[a-z]+)) and ", r"\1 or "),
    rule(r"\b([Nn]either [^.,?]{2,30}) nor ", r"\1 and "),
    rule(rf"\bwhose ({_COUNTED}|{_PLURALS})\b", one_of(r"who \1", r"which \1", r"who's his \1")),
    rule(r"(?<=[a-z}]), (?:who|which) (?=(?:is|was|has|had|will|were|are)\b)", ", what "),
    rule(rf"^((?:The|An?) (?:{_ADJ} )?(?:{_NOUNS})) (?:who|which|that) (?=(?:is|was|has|had)\b)",
         r"\1 "),
)  # fmt: skip
