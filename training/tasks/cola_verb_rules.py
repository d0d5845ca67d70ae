"""Rules that put a verb into a wrong form, leave one out or leave it without its partner."""

from training.tasks.cola_rule import NAME, NEVER, among, one_of, rule
from training.tasks.cola_words import ADJECTIVES, COUNTED, NO_NOUNS, PLURAL, VERBS
from training.tasks.cola_words import any_of as any_

_MODAL = r"(?:will|would|can|could|must|should|might|cannot|can't|won't|wouldn't|couldn't)"
_DO_NOT = r"(?:did not|didn't|does not|doesn't|do not|don't)"
_BASES = any_(VERBS)
_SURE = any_(NO_NOUNS)
_WHO = r"(?:he|she|it|they|we|you|I)"
_A_NOUN = (
    rf"(?:{any_(COUNTED | {'man', 'woman', 'house', 'school', 'city'})}|\{{(?:thing|occupation)\}})"
)
_ADJ = any_(ADJECTIVES)

_AFTER_MODAL = {v.base: (v.third, v.past, v.gerund) for v in VERBS.values()}
_AFTER_TO = {v.base: (v.past,) for v in VERBS.values()}
_THIRDS = {v.third: (v.base,) for v in VERBS.values()}
_TO_THIRD = {v.base: (v.third,) for v in VERBS.values()}
_DOUBTFUL = {"hidden", "bitten", "forgotten", "come", "run"}
_PARTICIPLES = {
    v.participle: (v.past,) for v in VERBS.values() if v.participle not in (v.past, *_DOUBTFUL)
}
_PASSIVES = {p: forms for p, forms in _PARTICIPLES.items() if p not in ("broken", "gone")} | {
    v.participle: tuple({v.base, v.past} - {v.participle})
    for v in map(VERBS.__getitem__, sorted(NO_NOUNS))
    if v.participle not in (v.base, "found", "gone", *_DOUBTFUL)
}
_GERUNDS = {VERBS[b].gerund: (b,) for b in NO_NOUNS}
_PAST_OR_THIRD = any_({form for v in VERBS.values() for form in (v.past, v.third)})
_WRONG_BE = {"is": ("are",), "was": ("were",), "has": ("have",), "does": ("do",)}
_WRONG_ARE = {"are": ("is",), "were": ("was",), "have": ("has",), "do": ("does",)}
_DID = {v.base: (v.past,) for v in VERBS.values()}
_DOES = {v.base: (v.third,) for v in VERBS.values()}

VERB_RULES = (
    # Forms after an auxiliary and after `to`.
    rule(rf"\b({_MODAL}|{_DO_NOT})({NEVER}) ({_BASES})\b(?![-'])",
         among(_AFTER_MODAL, 3, r"\1\2 {}")),
    rule(rf"\b({_MODAL}) ({_BASES})\b(?![-'])", r"\1 to \2"),
    rule(rf"\b({_MODAL})({NEVER}) be\b", one_of(r"\1\2 is", r"\1\2 been", r"\1\2 being")),
    rule(r"\bto be\b", one_of("to is", "to was", "to been")),
    rule(rf"\bto ({_BASES})\b(?![-'])", among(_AFTER_TO, 1, "to {}")),
    rule(rf"\b(has|have|had)({NEVER}) ({any_(_PARTICIPLES)})\b",
         among(_PARTICIPLES, 3, r"\1\2 {}")),
    rule(rf"\b(has|have|had)({NEVER}) been\b", one_of(r"\1\2 be", r"\1\2 being", r"\1\2 was")),
    rule(rf"\b(was|were|is|are)({NEVER}) ({any_(_PASSIVES)})\b", among(_PASSIVES, 3, r"\1\2 {}")),
    rule(rf"\b(was|were|is|are)({NEVER}) ({any_(_GERUNDS)})\b", among(_GERUNDS, 3, r"\1\2 {}")),
    rule(rf"\b([Dd]id) ({NAME}|{_WHO}|the [a-z]+) ({_BASES})\b", among(_DID, 3, r"\1 \2 {}")),
    rule(rf"\b([Dd]oes) ({NAME}|{_WHO}|the [a-z]+) ({_BASES})\b", among(_DOES, 3, r"\1 \2 {}")),
    # Agreement.
    rule(rf"(?<![Ii]f )(?<!though )\b([Hh]e|[Ss]he|[Ii]t)({NEVER}) (is|was|has|does)\b",
         among(_WRONG_BE, 3, r"\1\2 {}")),
    rule(rf"\b([Tt]hey|[Ww]e|[Yy]ou)({NEVER}) (are|were|have)\b", among(_WRONG_ARE, 3, r"\1\2 {}")),
    rule(r"\bI (am|have)\b", one_of("I is", "I are", "I has")),
    rule(rf"^({NAME})({NEVER}) (is|was|has)\b", among(_WRONG_BE, 3, r"\1\2 {}")),
    rule(rf"^((?:The|A|An|This|My|His|Her|Our) (?:{_ADJ} )?{_A_NOUN})({NEVER}) (is|was|has)\b",
         among(_WRONG_BE, 3, r"\1\2 {}")),
    rule(rf"\b((?:when|because|while|where|but) the (?:{_ADJ} )?{_A_NOUN})({NEVER}) (is|was|has)\b",
         among(_WRONG_BE, 3, r"\1\2 {}")),
    rule(rf"^((?:The|These|Those|My|His|Her|Their|Our|Some|Many|Most|Two|Three)(?: {_ADJ})? "
         rf"(?:{any_(PLURAL.values())}|\{{things\}}))({NEVER}) (are|were|have)\b",
         among(_WRONG_ARE, 3, r"\1\2 {}")),
    rule(r"\b([Tt]here) (is|was) (?=a |an |one )", among(_WRONG_BE, 2, r"\1 {} ")),
    rule(r"\b([Tt]here) (are|were) (?=\{int|two|three|many|several)",
         among(_WRONG_ARE, 2, r"\1 {} ")),
    rule(rf"^({NAME}|He|She|It)({NEVER}) ({any_(_THIRDS)})\b(?! (?:is|was|are|were)\b)",
         among(_THIRDS, 3, r"\1\2 {}")),
    rule(rf"\b([Tt]hey|[Ww]e|I|[Yy]ou) ({_BASES})\b", among(_TO_THIRD, 2, r"\1 {}")),
    # A missing verb, auxiliary or `to`.
    rule(rf"^({NAME}|He|She|They|We|I) (?:{_PAST_OR_THIRD}) (?=(?:a|an|the|his|their|my)\b)",
         r"\1 "),
    rule(rf"^({NAME}|He|She|It|They|We|(?:The|My) {_A_NOUN}) (?:is|are|was|were) "
         rf"(?=(?:a|an|the|in|on|at|very|not|my|his|her|their|{_ADJ})\b)", r"\1 "),
    rule(rf"^({NAME}|He|She|They|We) (?:is|are|was|were) (?=(?:{any_(_GERUNDS)})\b)", r"\1 "),
    rule(r"\b(?:has|have|had) been\b", "been"),
    rule(r"\b(?:will|would|can|could) be\b", "be"),
    rule(rf"\b([Ww]here|[Ww]hen|[Ww]hy|[Hh]ow|[Ww]hat) (?:did|does|do) (?=(?:{NAME}|{_WHO})\b)",
         r"\1 "),
    rule(r"\b(wanted|wants|want|decided|hopes|hoped|hope|tried|refused|refuses|agreed|managed|able|"
         r"likely|forgot|ready|going|allowed|ought|promised|plans|expects) "
         rf"to ({_SURE}|be)\b", r"\1 \2"),
)  # fmt: skip
