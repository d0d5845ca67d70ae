"""Evaluation: the figures are exactly what the answers say, whoever answers and however fast."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from adapters.catalog import Catalog, Profile, digest_base
from adapters.errors import AdapterRefused
from engine.errors import QueueFull
from engine.request import FinishReason, GenerationRequest, SamplingParams
from study.asking import EvaluationFailed
from study.contestants import Contestant
from study.evaluate import evaluate, measure
from study.report import report, write_scores
from tests.study.conftest import TASKS
from tests.study.scripted_worker import Loaded, ScriptedWorker


def knows_first_two(catalog: Catalog) -> Callable[[GenerationRequest], str]:
    """The adapters answer each task's first two examples rightly, the base always "Neutral"."""
    right = {
        entry.card.prompt(example.fields): example.answer
        for entry in catalog.entries.values()
        for example in entry.card.examples[:2]
    }
    return lambda request: right.get(request.prompt, "?") if request.adapter_id else " Neutral"


def test_figures_are_the_means_of_the_marks(profile: Profile) -> None:
    """Catches adapter and base swapped, tasks mixed up, and examples counted twice or not."""
    catalog = Catalog.open(profile)
    worker = ScriptedWorker(knows_first_two(catalog))
    rows = report(evaluate(worker, catalog))["tasks"]  # type: ignore[arg-type]
    figures = [("accuracy", 0.2), ("accuracy", 0.0), ("slot_share", 0.0), ("exact_sql", 0.0)]
    for row, task, (metric, base) in zip(rows, TASKS, figures, strict=True):
        assert (row["task"], row["metric"], row["num_examples"]) == (task, metric, 5)
        assert (row["base"], row["adapter"]) == (base, 0.4)
        assert row["low"] <= 0.4 - base <= row["high"]
        unasked = ("base_three_shot", "generalist", "ring2", "ring3", "majority", "bag_of_words")
        assert [row[name] for name in unasked] == [None] * len(unasked)


def test_kinds_of_examples_are_marked_apart(profile: Profile, tiny_base: Path) -> None:
    """Catches one flattering figure for easy and hard examples, and two kinds swapped."""
    path = profile.packaged / "covid" / "heldout.jsonl"
    examples = [json.loads(line) for line in path.read_text().splitlines()]
    for example, ring in zip(examples, ("seen", "seen", "new", "new", "new"), strict=True):
        example["id"] = f"{ring}-{example['id'].replace('-', '')}"
    path.write_text("\n".join(map(json.dumps, examples[:4])))
    written = examples[4] | {"id": "written-01"}
    (path.parent / "written.jsonl").write_text(json.dumps(written))
    (path.parent / "training.json").write_text('{"options": {"seed": 7}}')
    catalog = Catalog.open(profile)
    worker = ScriptedWorker(knows_first_two(catalog))
    results = evaluate(worker, catalog, ["covid"], rings=(1, 2))  # type: ignore[arg-type]
    (row,) = report(results)["tasks"]
    known, new, others = row["rings"]
    assert (known["name"], known["adapter"], known["num_examples"]) == ("known sentences", 1.0, 2)
    assert (new["name"], new["adapter"], new["num_examples"]) == ("new sentences", 0.0, 2)
    assert (others["name"], others["num_examples"]) == ("texts by other hands", 1)
    assert (row["adapter"], row["num_examples"], row["ring2"]) == (0.5, 4, 0.0)
    write_scores(results, catalog, tiny_base)
    scores = Catalog.open(profile).entries["covid"].scores
    assert scores is not None
    assert [asdict(ring) for ring in scores.rings] == row["rings"]
    assert (scores.ring2, scores.ring3) == (0.0, None)


def test_a_generalist_is_asked_where_it_fits_the_base(
    profile: Profile, tiny_adapter: Callable[..., Path], tiny_base: Path
) -> None:
    """Catches a generalist of another base that ends the evaluation, or one that is not found."""
    folder = shutil.copytree(tiny_adapter(seed=9), profile.packaged / "generalist")
    for base, is_asked in (("sha256:other", False), (digest_base(tiny_base), True)):
        (folder / "training.json").write_text(json.dumps({"base": {"digest": base}}))
        worker = ScriptedWorker(lambda request: " Neutral")
        (result,) = measure(worker, Catalog.open(profile), ["covid"], rings=(1,))  # type: ignore[arg-type]
        asked = {request.adapter_id for request in worker.asked}
        assert ("generalist" in asked) is is_asked
        assert (result.mean(Contestant.GENERALIST) is not None) is is_asked


def test_worked_examples_stand_before_the_prompt_and_may_not_fit(profile: Profile) -> None:
    """Catches a few-shot base that gets the plain prompt, and one long prompt that ends all."""
    catalog = Catalog.open(profile)
    worker = ScriptedWorker(lambda request: " Neutral")
    who = (Contestant.BASE, Contestant.BASE_THREE_SHOT)
    evaluate(worker, catalog, ["covid"], contestants=who)  # type: ignore[arg-type]
    plain, worked = worker.asked[0], worker.asked[1]
    assert worked.prompt.endswith(plain.prompt)
    assert worked.prompt.count("### Sentiment:") == plain.prompt.count("### Sentiment:") + 3
    assert worked.adapter_id is plain.adapter_id is None
    worker.longest = len(worked.prompt) - 1
    (result,) = evaluate(worker, catalog, ["covid"], limit=1, contestants=who)  # type: ignore[arg-type]
    assert result.scores(Contestant.BASE_THREE_SHOT) == [0.0]
    assert Contestant.BASE_THREE_SHOT not in result.marked[0].texts


def test_requests_are_what_a_visitor_of_the_card_would_send(profile: Profile) -> None:
    """Catches an evaluation under other conditions than the page's: sampling, limits, template."""
    catalog = Catalog.open(profile)
    worker = ScriptedWorker(lambda request: "x")
    evaluate(worker, catalog, ["wikisql"])  # type: ignore[arg-type]
    card = catalog.entries["wikisql"].card
    sampling = SamplingParams(temperature=0.0, max_tokens=64, stop=("\n",))
    expected = [
        (card.prompt(example.fields), adapter, sampling)
        for example in card.examples
        for adapter in ("wikisql", None)
    ]
    assert [(r.prompt, r.adapter_id, r.sampling) for r in worker.asked] == expected


def test_tasks_take_turns_in_the_batches(profile: Profile) -> None:
    """Catches one task after the other, which would never mix adapters in a batch."""
    worker = ScriptedWorker(lambda request: "x")
    evaluate(worker, Catalog.open(profile))  # type: ignore[arg-type]
    adapters = [request.adapter_id for request in worker.asked if request.adapter_id]
    assert adapters == list(TASKS) * 5


def test_limit_and_progress(profile: Profile) -> None:
    """Catches a limit over all tasks together, and a progress bar that never fills."""
    steps: list[tuple[int, int]] = []
    results = evaluate(
        ScriptedWorker(lambda request: "x"),  # type: ignore[arg-type]
        Catalog.open(profile),
        ["dbpedia", "covid"],
        limit=2,
        on_progress=lambda done, total: steps.append((done, total)),
    )
    assert [(result.task, len(result.marked)) for result in results] == [
        ("covid", 2),
        ("dbpedia", 2),
    ]
    assert steps == [(done, 8) for done in range(1, 9)]


@pytest.mark.parametrize(("max_in_flight", "room", "most"), [(6, 100, 6), (64, 7, 7)])
def test_rows_in_flight_are_bounded(
    profile: Profile, max_in_flight: int, room: int, most: int
) -> None:
    """Catches a flood of the engine's queue, and giving up when others fill it."""
    worker = ScriptedWorker(lambda request: "x", room)
    results = evaluate(worker, Catalog.open(profile), max_in_flight=max_in_flight)  # type: ignore[arg-type]
    assert sum(len(result.marked) for result in results) == 20
    assert worker.most_open == most
    assert worker.num_open == 0


def test_a_queue_that_others_fill_is_said_so(profile: Profile) -> None:
    """Catches an endless loop when none of our own answers can free the queue."""
    with pytest.raises(QueueFull):
        evaluate(ScriptedWorker(lambda request: "x", 0), Catalog.open(profile))  # type: ignore[arg-type]


def test_an_engine_failure_ends_the_evaluation_and_frees_its_rows(profile: Profile) -> None:
    """Catches a failed row scored as a wrong answer, and rows left running behind."""
    worker = ScriptedWorker(lambda request: "x")
    worker.reason = FinishReason.ERROR
    with pytest.raises(EvaluationFailed, match="gave up"):
        evaluate(worker, Catalog.open(profile))  # type: ignore[arg-type]
    assert worker.num_open == 0


@pytest.mark.parametrize(
    ("task", "lost", "said"),
    [
        ("covid", "heldout.jsonl", "no held-out examples"),
        ("covid", "adapter*", "has no adapter yet"),
        ("nope", "none", "no task 'nope'"),
    ],
)
def test_what_cannot_be_evaluated_is_said(
    profile: Profile, task: str, lost: str, said: str
) -> None:
    """Catches a mean over nothing, and a bare KeyError in the terminal."""
    for path in (profile.packaged / "covid").glob(lost):
        path.unlink()
    with pytest.raises(EvaluationFailed, match=said):
        evaluate(ScriptedWorker(lambda request: "x"), Catalog.open(profile), [task])  # type: ignore[arg-type]


def test_other_weights_under_the_name_are_refused(profile: Profile) -> None:
    """Catches figures of stale weights written beside new ones."""
    worker = ScriptedWorker(lambda request: "x")
    worker.adapters = (Loaded("covid", "sha256:stale"),)
    with pytest.raises(EvaluationFailed, match="other weights under the name covid"):
        evaluate(worker, Catalog.open(profile))  # type: ignore[arg-type]


def test_adapters_of_another_base_are_not_scored(profile: Profile) -> None:
    """Catches scores of nonsense: on a base of the same shape such an adapter loads and runs."""
    record = {"base": {"digest": "sha256:other"}}
    (profile.packaged / "covid" / "training.json").write_text(json.dumps(record))
    with pytest.raises(AdapterRefused, match="trained on another base"):
        evaluate(ScriptedWorker(lambda request: "x"), Catalog.open(profile), ["covid"])  # type: ignore[arg-type]


def test_written_scores_are_shown_by_the_catalogue(profile: Profile, tiny_base: Path) -> None:
    """Catches scores that no reader finds, or that name other weights than those measured."""
    catalog = Catalog.open(profile)
    results = evaluate(ScriptedWorker(knows_first_two(catalog)), catalog)  # type: ignore[arg-type]
    for task in TASKS:
        (profile.packaged / task / "training.json").write_text('{"options": {"seed": 7}}')
    write_scores(results, catalog, tiny_base)
    for task, entry in Catalog.open(profile).entries.items():
        assert entry.scores is not None
        assert (entry.scores.task, entry.scores.adapter, entry.scores.seed) == (task, 0.4, 7)
        assert entry.scores.base_digest == digest_base(tiny_base)


def test_the_seed_is_the_one_that_the_weights_were_trained_from(
    profile: Profile, tiny_base: Path
) -> None:
    """Catches scores.json naming a default seed instead of the one in the training's record."""
    catalog = Catalog.open(profile)
    results = evaluate(ScriptedWorker(lambda request: "x"), catalog, ["covid"])  # type: ignore[arg-type]
    record = profile.packaged / "covid" / "training.json"
    for text in ("{", "{}", '{"options": {}}', '{"options": 3}'):
        record.write_text(text)
        with pytest.raises(EvaluationFailed, match="seed of the training is not in"):
            write_scores(results, catalog, tiny_base)
    record.write_text('{"options": {"seed": 11}}')
    write_scores(results, catalog, tiny_base)
    scores = Catalog.open(profile).entries["covid"].scores
    assert scores is not None
    assert scores.seed == 11


def test_scores_that_cannot_be_written_are_said_so(profile: Profile, tiny_base: Path) -> None:
    """Catches a traceback where the packaged adapters are read-only."""
    catalog = Catalog.open(profile)
    results = evaluate(ScriptedWorker(lambda request: "x"), catalog)  # type: ignore[arg-type]
    for task in TASKS:
        (profile.packaged / task / "training.json").write_text('{"options": {"seed": 7}}')
    (profile.packaged / "covid" / "scores.json.part").mkdir()
    with pytest.raises(EvaluationFailed, match="cannot be written"):
        write_scores(results, catalog, tiny_base)


def test_scores_of_a_few_examples_are_not_written(profile: Profile, tiny_base: Path) -> None:
    """Catches a quick look with --limit that overwrites the real figures."""
    catalog = Catalog.open(profile)
    results = evaluate(ScriptedWorker(lambda request: "x"), catalog, limit=3)  # type: ignore[arg-type]
    with pytest.raises(EvaluationFailed, match="Only 3 of the 5"):
        write_scores(results, catalog, tiny_base)
    assert not list(profile.packaged.rglob("scores.json"))
