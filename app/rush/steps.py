"""What the engine's step log says of one run: its lanes, and what the adapters cost it."""

from collections.abc import Mapping

from app.rush.events import LaneStep
from engine.step_log import StepRecord
from engine.worker import EngineWorker


class Steps:
    """Reads the log from now on. Rows and adapters of other people are counted as well."""

    def __init__(self, worker: EngineWorker) -> None:
        self.num_rows = 0  # in the last step
        self.most_rows = 0
        self.most_adapters = 0
        self._worker = worker
        self._last_step = worker.status().step
        self._total_s = 0.0
        self._lora_s: float | None = 0.0

    @property
    def lora_share(self) -> float | None:
        """The adapters' share of the time of the run's steps; None where nobody can tell."""
        if self._lora_s is None or not self._total_s:
            return None
        return self._lora_s / self._total_s

    def take(self, row_of: Mapping[str, int]) -> tuple[LaneStep, ...]:
        """The steps since the last call that held a row of the run; `row_of` is by request id."""
        lanes = []
        for record in self._worker.steps_since(self._last_step):
            self._last_step = record.step
            self.num_rows = len(record.rows)
            lane = _lane(record, row_of)
            if lane.prefill or lane.decode:
                lanes.append(lane)
                self._count(record)
        return tuple(lanes)

    def _count(self, record: StepRecord) -> None:
        adapters = {row.adapter_id for row in record.rows if row.adapter_id is not None}
        self.most_rows = max(self.most_rows, len(record.rows))
        self.most_adapters = max(self.most_adapters, len(adapters))
        self._total_s += record.total_s
        if self._lora_s is not None:
            self._lora_s = None if record.lora_s is None else self._lora_s + record.lora_s


def _lane(record: StepRecord, row_of: Mapping[str, int]) -> LaneStep:
    own = [(row_of[row.request_id], row) for row in record.rows if row.request_id in row_of]
    return LaneStep(
        step=record.step,
        prefill=tuple(number for number, row in own if not row.is_decoding),
        decode=tuple(number for number, row in own if row.is_decoding),
    )
