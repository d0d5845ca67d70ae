"""What docs/api.md and docs/operating.md show is run, and compared with what there is."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.catalog import Catalog
from app.api.application import create_api
from app.feedback.store import FeedbackStore
from app.serve_options import LogFormat
from app.services import Services, Shelf
from app.settings import PREFIX, Settings, load_settings
from engine.opening import open_worker
from tests.app.api.conftest import Server, serving
from tests.conftest import TinyAdapter

DOCS = Path(__file__).resolve().parents[3] / "docs"
API, OPERATING = ((DOCS / name).read_text("utf-8") for name in ("api.md", "operating.md"))
EXAMPLES = re.findall(r"```bash\n(curl .*?)```", API, re.DOTALL)
SECRETS = {
    "LORA_LAND_ADMIN_TOKEN": "token-of-the-operator",
    "LORA_LAND_API_KEY": "key-of-a-program",
}
OPTIONS_WITHOUT_SETTING = {"--open-browser", "--help"}


@pytest.fixture(scope="module")
def documented(
    tiny_base: Path, tiny_adapter: TinyAdapter, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The server that the examples speak of: covid is served, and another one lies beside it."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(tiny_adapter(seed=1), home / "adapters" / "covid")
    shutil.copytree(tiny_adapter(seed=2), home / "adapters" / "covid" / "next")
    settings = load_settings(home=home, admin_token=SECRETS["LORA_LAND_ADMIN_TOKEN"])
    with (
        FeedbackStore.open(settings.database_path) as feedback,
        open_worker(tiny_base, bits=32, max_rows=4, num_threads=1) as worker,
    ):
        worker.load_adapter("covid", home / "adapters" / "covid")
        shelf = Shelf(worker, Catalog.open(home=home, base=tiny_base), None, {})
        app = create_api(Services(settings, worker, shelf, feedback))
        with serving(app, worker) as server:
            yield server


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split()[1].partition("7860")[2])
def test_the_examples_of_the_api_work(documented: Server, example: str) -> None:
    """Catches a page that shows how it was."""
    script = example.replace("http://127.0.0.1:7860", documented.url)
    script = script.replace("curl ", "curl --silent --show-error --fail-with-body ")
    done = subprocess.run(
        ["bash", "-euc", script], env=SECRETS, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_setting_is_documented() -> None:
    """Catches a setting that nobody can find, and one that is gone."""
    named = set(re.findall(rf"^\| `({PREFIX}\w+)`", OPERATING, re.MULTILINE))
    assert named == {PREFIX + name.upper() for name in Settings.model_fields}


def test_the_documented_options_are_those_of_serve() -> None:
    """Catches an option that is only in the table, only in the command, or of another setting."""
    from typer.main import get_command

    from app.cli import app

    serve = get_command(app).commands["serve"]  # type: ignore[attr-defined]
    there = {option for given in serve.params for option in given.opts} - OPTIONS_WITHOUT_SETTING
    rows = re.findall(rf"^\| `{PREFIX}(\w+)` \| `(--[\w-]+)`", OPERATING, re.MULTILINE)
    assert {option for _, option in rows} == there
    assert all(option[2:].replace("-", "_").upper() == name for name, option in rows)
    secrets = {"--api-keys", "--admin-token"}
    assert not secrets & there


def test_the_log_formats_of_the_option_are_those_of_the_setting() -> None:
    """Catches an option that the settings refuse."""
    for form in LogFormat:
        assert load_settings(log_format=form).log_format == form
