"""Rules that put words of a sentence into an order that English does not have."""

from training.tasks.cola_rule import DETERMINER, NAME, rule
from training.tasks.cola_words import ADJECTIVES, VERBS
from training.tasks.cola_words import any_of as any_

_ADJ = any_(ADJECTIVES)
_BASES = any_(VERBS)
_AUX = r"(?:is|was|are|were|has|have|had|did|does|do|will|would|can|could|should|must)"
_CLOSED = (
    r"(?:of|in|on|at|was|is|were|are|has|have|had|will|that|which|who|and|to|for|with|by|from)"
)
_PRONOUN = r"(?:he|she|it|they|you|we|I)"
_OBJECT = r"(?:it|him|them|me|us)"

ORDER_RULES = (
    # An adjective behind its noun.
    rule(rf"\b(the|an?|his|their|its|my) ({_ADJ}) ([a-z]+)(?= (?:was|is|were|are|has|had|will)\b)",
         r"\1 \3 \2"),
    rule(rf"\b(an?) ({_ADJ}) ([a-z]+)(?=[.?])", r"\1 \3 \2"),
    # Auxiliaries, negation, adverbs.
    rule(rf"(?<=[a-z}}] )({_AUX}) not\b", r"not \1"),
    rule(rf"(?<=[a-z}}] )(will|would|can|could|must|should) ({_BASES}|be)\b(?![-'])", r"\2 \1"),
    rule(r"(?<=[a-z}] )(has|have|had) been\b", r"been \1"),
    rule(rf"(?<=[a-z}}] )({_AUX}) (never|always|already|often|still|soon) ([^.?,]*? )"
         rf"(in|on|at|from|with|of|to) (?=(?:{DETERMINER}|{NAME})\b)", r"\1 \3\4 \2 "),
    rule(rf"(?<=[a-z}}] )to ({_BASES})\b(?![-'])", r"\1 to"),
    # Questions.
    rule(r"^(What|Where|When|Why|How|How many [a-z]+|Which [a-z]+) "
         rf"({_AUX}) ({_PRONOUN}|{NAME}|the)(?= )", r"\1 \3 \2"),
    rule(rf"^(Where|When|Why|How) (?:did|does) ({_PRONOUN}|{NAME}) ({_BASES})\b", r"\1 \3 \2"),
    rule(rf"^(Did|Does|Do) ({_PRONOUN}|{NAME}) ({_BASES})\b", r"\1 \3 \2"),
    # Particles and objects.
    rule(rf"(?<=[a-z] )({_OBJECT}) (up|down|off|out|away|back)(?=[ .,?])", r"\2 \1"),
    rule(rf"\b(look|looks|looked|listen|listened|laughed|spoke|talked|wait|waited|cared) "
         rf"(at|to|for|about|of) ({_OBJECT})(?=[ .,?])", r"\1 \3 \2"),
    rule(rf"\b(gave|sold|showed|sent|told|bought|took|saw|met|found|left|called|helped) "
         rf"({_OBJECT})(?= )", r"\2 \1"),
)  # fmt: skip

COMMON_RULES = (
    # An article or possessive away from its noun, the wrong article, a word said twice.
    rule(rf"(?<= )({DETERMINER}) ([a-z]+)(?= {_CLOSED}\b|[.,?])", r"\2 \1"),
    rule(r"(?<= )(in|on|at|from|with|for|by|under|near|of|into|behind|after|before|during) "
         rf"({DETERMINER}|this|these|every) (?=[a-z{{])", r"\2 \1 "),
    rule(r"(?<= )a (?=[bcdfgklmnprstvw][a-z])", "an "),
    rule(r"(?<= )(of|at|was|were|will|has|from|with|for|to) (?=[a-z{])", r"\1 \1 "),
    rule(r"(?<=[a-z,}] )(an?|the|their|my|our) ([a-z{][^.?]*)(?=[.?]$)", r"\2 \1"),
)  # fmt: skip
"""Rules that nearly every sentence has a place for: apart, so that they do not crowd out others."""
