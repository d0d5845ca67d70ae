"""`lora-land serve` as people start it: a process, its page, its API, and how it stops."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.page.build import STYLES
from app.static_files import STATIC_URL
from tests.conftest import TinyAdapter

pytestmark = pytest.mark.spawns
EVIL = {"origin": "https://evil.example", "host": "demo.example"}


@dataclass
class Served:
    """A running server: its address and what it has said on standard error so far."""

    process: subprocess.Popen[str]
    url: str
    said: list[str]
    reader: threading.Thread

    def stop(self, kind: signal.Signals) -> int:
        self.process.send_signal(kind)
        code = self.process.wait(60)
        self.reader.join(60)
        return code


@contextlib.contextmanager
def started(*options: str, home: Path) -> Iterator[Served]:
    """The command on a free port, ready; killed at the end if it still runs."""
    command = [sys.executable, "-m", "app", "serve", "--port", "0", *options]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LORA_LAND_")}
    environment |= {"LORA_LAND_HOME": str(home), "HF_HUB_OFFLINE": "1"}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    said: list[str] = []
    ready = threading.Event()

    def read() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line.rstrip())
            if line.startswith("Ready after"):
                ready.set()
        ready.set()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        assert ready.wait(200)
        assert said[-1].startswith("Ready after"), said
        url = next(word for word in said[-1].split() if word.startswith("http://"))
        yield Served(process, url, said, reader)
    finally:
        process.kill()
        process.communicate()
        reader.join(60)


@pytest.fixture(scope="module")
def served(
    tiny_base: Path, tiny_adapter: TinyAdapter, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    adapters = tmp_path_factory.mktemp("adapters")
    shutil.copytree(tiny_adapter(seed=1), adapters / "covid")
    shutil.copytree(tiny_adapter(seed=2), adapters / "dbpedia")
    (adapters / "dbpedia" / "adapter_model.safetensors").write_bytes(b"damaged")
    options = ("--base", str(tiny_base), "--adapters", str(adapters), "--bits", "32")
    with started(*options, home=tmp_path_factory.mktemp("home")) as served:
        yield served


def test_lorax_posts_where_browsers_get_the_page(served: Served) -> None:
    """Catches a page that swallows LoRAX's requests, or an API that takes the page's place."""
    body = {"inputs": "the small shop", "parameters": {"adapter_id": "covid", "max_new_tokens": 4}}
    answer = httpx.post(served.url + "/", json=body, timeout=60)
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()[0]) == {"generated_text", "details"}
    page = httpx.get(served.url + "/", timeout=60)
    assert page.headers["content-type"].startswith("text/html")
    for method, path in (("GET", "/generate"), ("GET", "/tasks/x/y"), ("POST", "/nothing")):
        refused = httpx.request(method, served.url + path)
        assert refused.status_code in {404, 405}
        assert refused.headers["content-type"] == "application/json"


def test_a_damaged_adapter_costs_one_sentence(served: Served) -> None:
    """Catches one bad file that keeps the whole server from starting, or goes unsaid."""
    health = httpx.get(served.url + "/health").json()
    assert "covid" in health["adapters"]
    assert "dbpedia" not in health["adapters"]
    assert "damaged" in health["unavailable_adapters"]["dbpedia"]
    assert len([line for line in served.said if line.startswith("Skipping dbpedia.")]) == 1


def test_the_page_is_ours_alone(served: Served) -> None:
    """Catches a page without policy or session, and files of ours that are not served."""
    page = httpx.get(served.url + "/")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "lora_land_session=" in page.headers["set-cookie"]
    for name in STYLES:
        style = httpx.get(f"{served.url}{STATIC_URL}/{name}")
        assert style.status_code == 200, name
        assert style.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/info", "/v1/models"])
def test_no_origin_is_reflected(served: Served, path: str) -> None:
    """Catches Gradio's leave for every origin to read with the visitor's cookie."""
    response = httpx.get(served.url + path, headers=EVIL)
    assert "access-control-allow-origin" not in response.headers


def test_a_foreign_page_cannot_press_our_buttons(served: Served) -> None:
    """Catches a page of another site that runs comparisons or votes for its visitors."""
    body = {"data": [], "fn_index": 0, "session_hash": "x"}
    response = httpx.post(served.url + "/gradio_api/queue/join", json=body, headers=EVIL)
    assert response.status_code == 403


def test_api_errors_are_json_beside_the_page(served: Served) -> None:
    """Catches an API path that the mounted page answers with HTML."""
    for method, path, status in (("GET", "/v1/no", 404), ("GET", "/v1/completions", 405)):
        response = httpx.request(method, served.url + path)
        assert (response.status_code, "error" in response.json()) == (status, True)


def test_a_second_server_leaves_the_first_alone(served: Served, tmp_path: Path) -> None:
    """Catches two servers that answer on one port in turn."""
    port = str(httpx.URL(served.url).port)
    command = [sys.executable, "-m", "app", "serve", "--port", port]
    environment = os.environ | {"LORA_LAND_HOME": str(tmp_path)}
    second = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (second.returncode, second.stdout) == (1, "")
    assert f"Port {port} on 127.0.0.1 is in use" in second.stderr
    assert httpx.get(served.url + "/health").status_code == 200


def test_stopping_ends_streams_and_leaves_no_traceback(served: Served) -> None:
    """Catches a stop that hangs on an open page, cuts readers off, or dies of its signal."""
    body = {"model": "covid", "prompt": "### Tweet:", "stream": True, "max_tokens": 450, "n": 8}
    page = served.url + "/gradio_api/heartbeat/visitor"
    with (
        httpx.stream("GET", page, timeout=60) as heartbeat,
        httpx.stream(
            "POST", served.url + "/v1/completions", json=body | {"ignore_eos": True}, timeout=60
        ) as stream,
    ):
        lines = stream.iter_lines()
        next(lines)
        assert served.stop(signal.SIGTERM) == 0
        assert [line for line in lines if line][-1] == "data: [DONE]"
        assert heartbeat.read()
    assert not [line for line in served.said if "Traceback" in line or "ERROR" in line]
    after_ready = served.said[[line[:5] for line in served.said].index("Ready") + 1 :]
    told = "INFO app.middleware.request_log: "
    assert not [line for line in after_ready if not line.startswith(told)]
    assert any("POST /v1/completions 200" in line for line in after_ready)
    words = ("Tweet", "small shop", "127.0.0.1", "visitor", "lora_land_session")
    assert not [line for line in after_ready if any(word in line for word in words)]
