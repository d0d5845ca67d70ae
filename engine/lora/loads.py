"""Adapters on their way to the device: made by other threads while the engine goes on."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from typing import Any

from engine.lora.recipe import Recipe
from engine.lora.weights import AdapterWeights


class AtOnce(Executor):
    """Runs what it is given before it returns: for engines that are stepped by hand."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - whoever asks the future is told
            future.set_exception(error)
        return future


class Loads:
    """Started and taken in by the engine's thread, one for each adapter that has no copy yet."""

    def __init__(self) -> None:
        self._executor: Executor = AtOnce()
        self._on_done: Callable[[], None] = lambda: None
        self._coming: dict[str, tuple[Recipe, Future[AdapterWeights]]] = {}

    @property
    def digests(self) -> set[str]:
        return set(self._coming)

    def run_on(self, executor: Executor, on_done: Callable[[], None]) -> None:
        """From now on load on `executor`; `on_done` is called whenever a load has ended."""
        self._executor, self._on_done = executor, on_done

    def start(self, adapter: Recipe, make: Callable[[Recipe], AdapterWeights]) -> None:
        try:
            future: Future[AdapterWeights] = self._executor.submit(make, adapter)
        except RuntimeError as error:  # the pool has been shut down
            future = Future()
            future.set_exception(error)
        self._coming[adapter.digest] = adapter, future
        future.add_done_callback(lambda _: self._on_done())

    def take_in(self) -> Iterator[tuple[Recipe, AdapterWeights | BaseException]]:
        """What has ended since the last call: the weights, or why there are none."""
        ended = [coming for coming in self._coming.values() if coming[1].done()]
        for adapter, future in ended:
            del self._coming[adapter.digest]
            yield adapter, future.exception() or future.result()
