"""Where an adapter may be loaded from: hostile paths, links, and the Hub."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from app import adapter_source
from app.adapter_source import MAX_BYTES, SourceRefused, place_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of adapters with one in it, and others outside of it."""
    for folder in ("roots/good", "roots/deep/er/good", "outside/secret", "roots-2/near"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "adapter_config.json").write_text("{}")
        (tmp_path / folder / "adapter_model.safetensors").write_bytes(b"weights")
    return tmp_path / "roots"


@pytest.mark.parametrize("path", ["good", "deep/er/good", "./good", "deep/../good", "{root}/good"])
def test_a_folder_of_the_root_is_found(root: Path, path: str) -> None:
    """Catches an operator who must know where the server's folders lie."""
    assert place_of(path.format(root=root), None, [root]).name == "good"


@pytest.mark.parametrize(
    "path",
    [
        "../outside/secret",
        "good/../../outside/secret",
        "{root}/../outside/secret",
        "{root}-2/near",
        "/etc",
        "/",
        "..",
        ".",
        "",
        "good/..",
        "link/secret",
        "link-to-secret",
        "circle",
        "good\0",
        "x" * 5000,
        "~/secret",
        "nothing",
        "file:///etc",
        "https://example.org/adapter",
        "good/adapter_config.json",
        "deep/name",
        "org/name/../..",
    ],
)
def test_nothing_outside_is_read(root: Path, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a path that walks, or a link that leads, to any file of the machine."""
    monkeypatch.setattr(adapter_source, "snapshot_download", no_download)
    (root / "link").symlink_to(root.parent / "outside")
    (root / "link-to-secret").symlink_to(root.parent / "outside" / "secret")
    (root / "circle").symlink_to(root / "circle")
    with pytest.raises(SourceRefused):
        place_of(path.format(root=root), None, [root])


@pytest.mark.parametrize("name", ["adapter_config.json", "adapter_model.safetensors"])
def test_a_linked_file_is_no_way_out(root: Path, name: str) -> None:
    """Catches a file in the right folder that is a link to a wrong one."""
    (root / "good" / name).unlink()
    (root / "good" / name).symlink_to(root.parent / "outside" / "secret" / name)
    with pytest.raises(SourceRefused, match="is a link to somewhere outside"):
        place_of("good", None, [root])


def test_a_link_within_the_roots_is_followed(root: Path, tmp_path: Path) -> None:
    """Catches a rule against links that forbids a tidy folder of versions."""
    (root / "current").symlink_to(root / "good")
    assert place_of("current", None, [root]) == root / "good"
    linked = tmp_path / "linked"
    linked.symlink_to(root)
    assert place_of("good", None, [linked]) == root / "good"


def test_a_huge_file_is_not_read(root: Path) -> None:
    """Catches a file that fills the memory before anybody looks at it."""
    with (root / "good" / "adapter_model.safetensors").open("r+b") as weights:
        weights.truncate(MAX_BYTES + 1)  # a hole, which takes no place on the disk
    with pytest.raises(SourceRefused, match="MiB is the most"):
        place_of("good", None, [root])


def no_download(*_: object, **__: object) -> None:
    pytest.fail("the network was asked")


class Hub:
    """Stands in for the Hub: one repository with more in it than anybody should fetch."""

    def __init__(self, folder: Path, num_bytes: int = 10) -> None:
        self.folder, self.num_bytes = folder, num_bytes
        self.asked: list[dict[str, Any]] = []

    def __call__(self, hub_id: str, **how: Any) -> Any:
        self.asked.append({"hub_id": hub_id, **how})
        if how.get("dry_run"):
            return [type("File", (), {"file_size": self.num_bytes})]
        return str(self.folder)


@pytest.fixture
def hub(root: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    hub = Hub(root.parent / "outside" / "secret")
    monkeypatch.setattr(adapter_source, "snapshot_download", hub)
    monkeypatch.setattr(adapter_source, "is_offline_mode", lambda: False)
    return hub


def test_a_hub_id_is_fetched_without_code(root: Path, hub: Hub) -> None:
    """Catches a pickle, or a whole base model, that is fetched along; and a lost revision."""
    assert place_of("org/name", "v1", [root]) == hub.folder
    patterns = {"adapter_config.json", "adapter_model.safetensors", "training.json"}
    for asked in hub.asked:
        assert (asked["hub_id"], asked["revision"]) == ("org/name", "v1")
        assert set(asked["allow_patterns"]) == patterns
    assert len(hub.asked) == 2


def test_a_huge_adapter_is_not_even_fetched(root: Path, hub: Hub) -> None:
    """Catches a disk that a slip of the keyboard fills."""
    hub.num_bytes = MAX_BYTES + 1
    with pytest.raises(SourceRefused, match="MiB is the most"):
        place_of("org/name", None, [root])
    assert [asked["dry_run"] for asked in hub.asked] == [True]


def test_a_folder_goes_before_the_hub(root: Path, hub: Hub) -> None:
    """Catches a stranger's repository that is loaded in place of one's own folder."""
    shutil.copytree(root / "good", root / "org" / "name")
    assert place_of("org/name", None, [root]) == root / "org" / "name"
    assert hub.asked == []


def test_offline_only_what_was_fetched_is_had(root: Path) -> None:
    """Catches a server without a network that hangs, or dies of a library's error."""
    with pytest.raises(SourceRefused, match="was not fetched before"):
        place_of("org/never-fetched", "main", [root])


@pytest.mark.parametrize("error", [ConnectionError("no route"), ValueError("bad"), KeyError("x")])
def test_a_failing_hub_is_one_sentence(
    root: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Catches a 500 for a name that does not exist, or a network that is down."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(adapter_source, "snapshot_download", fail)
    monkeypatch.setattr(adapter_source, "is_offline_mode", lambda: False)
    with pytest.raises(SourceRefused, match="org/name cannot be had"):
        place_of("org/name", None, [root])
