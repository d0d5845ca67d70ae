"""The errors whose text is shown to people. Owns the root of the tree; knows nobody who raises.

LoraLandError
├── AdapterRefused      an adapter folder that cannot be served exactly
├── BadCard             a task card that does not hold what a card must
├── BadFields           what a visitor typed does not fit the card's template
├── DoesNotFit          a task can do nothing with a text that was put to all tasks
└── EngineError         engine/errors.py
"""


class LoraLandError(Exception):
    """Something a person caused or can mend; `str(error)` is one sentence for that person."""


class AdapterRefused(LoraLandError):
    """The adapter would be served wrongly or not at all; shown to operators and adapter makers."""


class BadCard(LoraLandError):
    """A card file is incomplete or contradicts itself; shown to whoever wrote it."""


class BadFields(LoraLandError):
    """The fields of a prompt are unknown, missing or blank; shown to visitors and API clients."""


class DoesNotFit(LoraLandError):
    """A task can do nothing with a text that was put to all tasks; shown to visitors."""
