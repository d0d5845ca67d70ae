"""Choosing a task and an example, typing a prompt. Starts nothing.

Knows the comparison service only to ask what a task can do.
"""

from collections.abc import Callable, Mapping

import gradio as gr

from adapters.card import Card
from app.compare import ComparisonService
from app.page import frame_view, task_view, updates
from app.page.asked import Asked
from app.page.pairing import Pair, exchanged, moved, settled
from app.page.parts import NUM_CHIPS, Parts
from app.page.updates import Update
from app.services import Shelf
from app.task import Task
from app.unlike import KnownWords, Unlike
from engine.worker import EngineWorker

# SQL reads well at once: anybody sees whether a query is one.
FIRST_CHOICE = "wikisql"


class Browsing:
    """What happens above the answers."""

    def __init__(
        self, parts: Parts, comparisons: ComparisonService, shelf: Shelf, worker: EngineWorker
    ) -> None:
        self._parts = parts
        self._comparisons = comparisons
        self._shelf = shelf
        self._worker = worker
        self._known_words = KnownWords()

    @property
    def default_task(self) -> str:
        """The task that the page opens on: one that can answer, SQL if possible."""
        names = sorted(self._comparisons.tasks, key=lambda task: task != FIRST_CHOICE)
        able = [task for task in names if self._comparisons.why_not(task) is None]
        return (able or names)[0]

    def open(self, request: gr.Request) -> Update:
        """The page as its address says; a mark lets an idle engine show what it does.

        Gradio calls it on a thread of its own, so that new adapters can be waited for.
        """
        self._shelf.look()
        asked = request.query_params
        task = asked.get("task") or self.default_task
        update = self.show(task, asked.get("a", ""), asked.get("b", ""))
        status = self._worker.status()
        is_idle = status.alive and not status.num_running and not status.num_waiting
        may_start = is_idle and self._comparisons.why_not(task) is None
        update[self._parts.start] = f'<i data-start="{int(may_start)}"></i>'
        return update

    def choose(self, event: gr.EventData, task: str, a: str, b: str) -> Update:
        """Another task: a link of the rail, which keeps the pair, or an address gone back to.

        An empty name is the page's own address.
        """
        chosen = str(event.task or "") or self.default_task
        if event.pair is None:
            return self.show(chosen, *moved(a, b, task, chosen))
        a, b = map(str, event.pair)
        return self.show(chosen, a, b)

    def show(self, task: str, a: str = "", b: str = "") -> Update:
        """A task with its first example and a pair of contenders, nothing running."""
        chosen = self._comparisons.tasks.get(task)
        if chosen is None:
            return self._unknown(task)
        values = chosen.card.examples[0].fields if chosen.card.examples else {}
        problem = self._comparisons.why_not(task)
        able = self._comparisons.contenders(task)
        pair = settled(chosen.card, able, a, b)
        infos = {info.adapter_id: info for info in self._worker.adapters}
        return {
            self._parts.task: task,
            self._parts.rail: self._rail(task),
            self._parts.card: task_view.task_card(chosen.entry, infos.get(task), problem),
            **updates.chips(self._parts, chosen.card, has_heldout=bool(chosen.heldout)),
            **updates.who(self._parts, chosen.card, able, pair),
            **updates.drawing(self._parts, chosen.card),
            **self._filled(chosen, pair, values),
        }

    def chooser(self, place: int) -> Callable[[gr.EventData, str, str, str], Update]:
        """The handler of the choice of who answers at A (0) or B (1)."""

        def choose(event: gr.EventData, task: str, a: str, b: str) -> Update:
            chosen = self._comparisons.tasks.get(task)
            if chosen is None:
                return updates.nothing(self._parts)
            able = self._comparisons.contenders(task)
            pair = settled(chosen.card, able, *exchanged(a, b, place, str(event.who)))
            who = updates.who(self._parts, chosen.card, able, pair)
            return who | updates.no_errors(self._parts) | self._emptied(chosen.card, pair)

        return choose

    def chip(self, place: int) -> Callable[[str, str, str], Update]:
        """The handler of one chip: fills the card's own example in."""

        def choose(task: str, a: str, b: str) -> Update:
            chosen = self._comparisons.tasks.get(task)
            if chosen is None or place >= min(len(chosen.card.examples), NUM_CHIPS):
                return updates.nothing(self._parts)
            values = chosen.card.examples[place].fields
            return self._filled(chosen, self._pair(chosen.card, a, b), values)

        return choose

    def fresh(self, task: str, a: str, b: str, *texts: str) -> Update:
        """A held-out example that is not the one shown."""
        chosen = self._comparisons.tasks.get(task)
        example = chosen.fresh(values_of(chosen.card, texts)) if chosen is not None else None
        if chosen is None or example is None:
            return updates.nothing(self._parts)
        return self._filled(chosen, self._pair(chosen.card, a, b), example.fields)

    def typing(self, task: str, *texts: str) -> Update:
        """The prompt and its length while the fields change; what was said of a field goes."""
        chosen = self._comparisons.tasks.get(task)
        if chosen is None:
            return updates.nothing(self._parts)
        prompt = self._prompt(chosen.card, values_of(chosen.card, texts))
        return updates.no_field_errors(self._parts) | prompt

    def _pair(self, card: Card, a: str, b: str) -> Pair:
        return settled(card, self._comparisons.contenders(card.task), a, b)

    def _filled(self, chosen: Task, pair: Pair, values: Mapping[str, str]) -> Update:
        return {
            **updates.fields(self._parts, chosen.card, values),
            **updates.no_errors(self._parts),
            **self._prompt(chosen.card, values),
            **self._emptied(chosen.card, pair),
        }

    def _emptied(self, card: Card, pair: Pair) -> Update:
        """Whatever was answered before belongs to another prompt, or is by others."""
        able = self._comparisons.contenders(card.task)
        can_run = all(one in able for one in pair)
        note = updates.WAIT_TO_RATE if can_run else updates.NOTHING_TO_RATE
        return {
            **updates.panes(self._parts, Asked(card, pair), None),
            **updates.buttons(self._parts, can_run, is_running=False),
            **updates.rating(self._parts, note, can_rate=False, is_new=True),
            **updates.closer(self._parts, can_dial=can_run, has_answers=False),
            **updates.ticket(self._parts, None),
            **updates.status(self._parts, ""),
        }

    def _prompt(self, card: Card, values: Mapping[str, str]) -> Update:
        required = (item.name for item in card.fields if not item.optional)
        is_whole = all(values.get(name, "").strip() for name in required)
        length = self._comparisons.length(card, card.prompt(values)) if is_whole else None
        shown = updates.prompt(self._parts, card, values, length)
        return {**shown, self._parts.input.unlike: task_view.unlike(self._unlike(card, values))}

    def _unlike(self, card: Card, values: Mapping[str, str]) -> Unlike | None:
        """What a miniature cannot know of the visitor's own text."""
        stock = self._shelf.stock
        known = stock.tasks.get(card.task)
        is_own = known is not None and known.known(values) is None
        if stock.catalog.profile.name != "mini" or not is_own:
            return None
        return self._known_words.unlike(stock.tasks, values.get(card.main_field, ""))

    def _rail(self, task: str | None) -> str:
        entries = (known.entry for known in self._comparisons.tasks.values())
        return frame_view.rail(entries, task)

    def _unknown(self, task: str) -> Update:
        sentence = self._comparisons.why_not(task) or ""
        hidden = gr.update(visible=False)
        given = self._parts.input
        return {
            self._parts.task: "",
            self._parts.rail: self._rail(None),
            self._parts.card: task_view.no_task(sentence),
            **dict.fromkeys((*given.chips, *given.fields), hidden),
            given.fresh: gr.update(interactive=False),
            **updates.buttons(self._parts, can_run=False, is_running=False),
            **updates.rating(self._parts, updates.WAIT_TO_RATE, can_rate=False, is_new=True),
        }


def values_of(card: Card, texts: tuple[str, ...]) -> dict[str, str]:
    """The texts of the boxes by field name; boxes beyond the card's fields are not read."""
    return {item.name: text or "" for item, text in zip(card.fields, texts, strict=False)}
