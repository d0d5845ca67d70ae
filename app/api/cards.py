"""The cards of the tasks that can be asked, for the routes that fill templates."""

from collections.abc import Mapping

from adapters.card import Card
from app.services import Services


def cards(services: Services) -> Mapping[str, Card]:
    """By task, in alphabetical order."""
    return {task: entry.card for task, entry in services.shelf.stock.catalog.entries.items()}


def card_of(services: Services, task: str) -> Card | None:
    """A task's card; a name that is unknown may be that of a new one. Not for the event loop."""
    if task not in cards(services):
        services.shelf.look()
    return cards(services).get(task)
