"""The paper's figures: read whole, and refused where they cannot be what was printed."""

from pathlib import Path

import pytest

from adapters.paper import PRINTED_MEANS, SCORES_FILE, load_paper


def test_all_310_scores_are_read() -> None:
    """Catches a task or a model lost between the table and the page."""
    paper = load_paper()
    assert (len(paper.tasks), len(paper.bases)) == (31, 10)
    assert paper.references == ("gpt-3.5-turbo", "gpt-4")
    assert PRINTED_MEANS.keys() == set(paper.models)
    assert sum(s.fine_tuned is not None for t in paper.tasks for s in t.scores.values()) == 310


@pytest.mark.parametrize(
    ("printed", "instead", "complaint"),
    [
        ("phi-2,0.950,+0.778,0.172", "phi-2,9.500,+9.328,0.172", "not a share"),
        ("phi-2,0.950,+0.778,0.172", "phi-2,0.905,+0.778,0.172", "is printed"),
        ("bc5cdr,Classic NLP,rouge,gpt-4,,,0.890\n", "", "models of 'conllpp'"),
        ("bc5cdr,Classic NLP,rouge,gpt-4", "bc5cdr,Classic NLP,rouge,phi-2", "a model twice"),
        ("bc5cdr,Classic NLP,rouge,gpt-4", "bc5cdr,Coding,rouge,gpt-4", "two kinds"),
    ],
)
def test_a_slip_in_the_figures_is_refused(
    tmp_path: Path, printed: str, instead: str, complaint: str
) -> None:
    """Catches a wrong digit, a lost line or a doubled one, which a page would show as a fact."""
    text = SCORES_FILE.read_text("utf-8")
    assert printed in text
    damaged = tmp_path / "scores.csv"
    damaged.write_text(text.replace(printed, instead, 1), "utf-8")
    with pytest.raises(ValueError, match=complaint):
        load_paper(damaged)
