"""Expands small grammars: `<rule>` in a template is one of that rule's templates, `<a rule>` the
same with its article. Knows no task."""

import random
import re
from collections.abc import Mapping

from training.tasks.wording import with_article

Rules = Mapping[str, tuple[str, ...]]

_RULE = re.compile(r"<(a )?(\w+)>")


def expand(template: str, rules: Rules, rng: random.Random) -> str:
    """The template with every rule in it replaced, to the ground; slots in braces stay."""

    def one(match: re.Match[str]) -> str:
        words = expand(rng.choice(rules[match[2]]), rules, rng)
        return with_article(words) if match[1] else words

    return _RULE.sub(one, template)
