"""Which tasks there are, and where each finds its adapter. Owns the roots; loads no weights.

Adapters that ship with the project lie in the packaged root, which is only read. What a user
tunes lies under the user's home and wins over the packaged adapter of the same task; a folder that
is named when the catalogue is opened wins over both. Each holds one folder per task.
"""

import hashlib
from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from adapters import heldout
from adapters.card import CARD_NAME, Card, Example, load_card, load_cards
from adapters.errors import AdapterRefused, BadCard, BadFields
from adapters.files import digest
from adapters.glance import Seen, glance, holds
from adapters.metrics import METRICS_THAT_REFUSE, mark
from adapters.scores import Scores, load_scores

_PACKAGE = Path(__file__).parent
MINI_BASE = _PACKAGE / "mini" / "base"
GENERALIST = "generalist"
"""The one adapter without a card: it is taught all tasks, and stands beside the specialists."""


@dataclass(frozen=True)
class Profile:
    """A base model and where its cards and adapters lie; profiles differ in nothing else."""

    name: str
    base: Path | str
    cards: Path
    packaged: Path


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        "mini": Profile(
            name="mini",
            base=MINI_BASE,
            cards=_PACKAGE / "cards" / "mini",
            packaged=_PACKAGE / "mini" / "lora",
        )
    }
)


@dataclass(frozen=True)
class Entry:
    """A task: its card, and its adapter, held-out examples and scores where they exist.

    `scores` are there only if they were measured on exactly the weights in `folder`, against
    exactly the base that is served. `roots` are the folders where its files may lie, the winner
    first; examples are looked for in all of them, so that new weights need not bring their own.
    """

    card: Card
    folder: Path | None
    scores: Scores | None
    roots: tuple[Path, ...] = ()

    def heldout(self) -> tuple[Example, ...]:
        """The held-out examples of the first ring, none if the task has no such file.

        Raises BadCard for a damaged file and for an example that this card cannot ask and mark.
        """
        return self._examples(heldout.FILE_NAME)

    def written(self) -> tuple[Example, ...]:
        """The same for the second ring, which another hand wrote."""
        return self._examples(heldout.WRITTEN_NAME)

    def _examples(self, name: str) -> tuple[Example, ...]:
        path = next((root / name for root in self.roots if (root / name).is_file()), None)
        examples = () if path is None else heldout.load_examples(path)
        for example in examples:
            self._check(example)
        return examples

    def _check(self, example: Example) -> None:
        try:
            self.card.prompt(example.fields)
            if self.card.metric in METRICS_THAT_REFUSE:
                mark(self.card, example, example.answer)
        except (BadFields, ValueError) as error:
            where = f"The held-out example {example.example_id!r} of {self.card.task}"
            raise BadCard(f"{where} cannot be used: {error}") from error


@dataclass(frozen=True)
class Catalog:
    """All tasks of a profile and those that adapters bring a card for, in alphabetical order.

    `base_digest` is that of the base that is served, None where its files are not here. `seen` is
    what lay in the roots just before they were read. `damaged` says, per task, why the card or the
    scores that an adapter brings cannot be read; the task then goes without.
    """

    profile: Profile
    base_digest: str | None
    entries: Mapping[str, Entry]
    roots: tuple[Path, ...]
    seen: Seen
    damaged: Mapping[str, str]

    @classmethod
    def open(
        cls,
        profile: str | Profile = "mini",
        home: Path | None = None,
        adapters: Path | None = None,
        base: Path | str | None = None,
    ) -> "Catalog":
        """Reads cards, and looks for adapters in `adapters`, `home`/adapters, the packaged root.

        `base` is the folder of the base that is served, where it is not the profile's. Raises
        BadCard for an unknown profile and for a damaged card of the profile.
        """
        if isinstance(profile, str):
            if profile not in PROFILES:
                raise BadCard(f"There is no profile {profile!r}; there is {', '.join(PROFILES)}.")
            profile = PROFILES[profile]
        own = None if home is None else home / "adapters"
        roots = tuple(root for root in (adapters, own, profile.packaged) if root is not None)
        served = Path(profile.base if base is None else base)
        base_digest = digest_base(served) if served.is_dir() else None  # once: it reads the weights
        return cls._read(profile, base_digest, roots)

    def is_current(self) -> bool:
        """Whether the roots still hold what they held when they were read."""
        return glance(self.roots) == self.seen

    def reread(self) -> "Catalog":
        """The same catalogue as its roots are now; the base is not read again. Raises BadCard."""
        return self._read(self.profile, self.base_digest, self.roots)

    @classmethod
    def _read(cls, profile: Profile, base_digest: str | None, roots: tuple[Path, ...]) -> "Catalog":
        seen = glance(roots)  # First: what changes from here on is found by the next glance.
        damaged: dict[str, str] = {}
        cards = load_cards(profile.cards)
        cards |= _own_cards(seen, cards, damaged)
        entries = {
            task: _entry(card, [root / task for root in roots], base_digest, damaged)
            for task, card in sorted(cards.items())
        }
        return cls(
            profile, base_digest, MappingProxyType(entries), roots, seen, MappingProxyType(damaged)
        )

    def folder_of(self, name: str) -> Path | None:
        """Where the adapter of this name lies, also one without a card; None if it is nowhere."""
        return next((root / name for root in self.roots if _holds_adapter(root / name)), None)


def _own_cards(seen: Seen, known: Container[str], damaged: dict[str, str]) -> dict[str, Card]:
    """Cards that adapters bring for tasks beside the `known`; of two, that of the first root."""
    cards: dict[str, Card] = {}
    for folder, files in seen.items():
        task = folder.name
        if task in known or task in cards or task in damaged or not holds(files, CARD_NAME):
            continue
        try:
            cards[task] = load_card(folder / CARD_NAME)
        except BadCard as error:
            damaged[task] = str(error)
    return cards


def digest_base(folder: Path) -> str:
    """The "sha256:..." of a base model: names and bytes of its files, README and such left out."""
    sha = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in (".json", ".safetensors", ".model") and path.is_file():
            sha.update(f"{path.name}\n{path.stat().st_size}\n".encode())
            sha.update(path.read_bytes())
    return f"sha256:{sha.hexdigest()}"


def _entry(
    card: Card, folders: list[Path], base_digest: str | None, damaged: dict[str, str]
) -> Entry:
    """The entry of a card, from the folders where its adapter may lie, the winner first."""
    folder = next((folder for folder in folders if _holds_adapter(folder)), None)
    scores = None
    if folder is not None:
        try:
            scores = _scores_of(folder, base_digest)
        except BadCard as error:
            damaged[card.task] = str(error)
    return Entry(card, folder, scores, tuple(folders))


def _holds_adapter(folder: Path) -> bool:
    # One of the two files is enough: a damaged adapter must be refused aloud when it is loaded,
    # not passed over in favour of other weights.
    return (folder / "adapter_config.json").is_file() or any(folder.glob("adapter_model.*"))


def _scores_of(folder: Path, base_digest: str | None) -> Scores | None:
    scores = load_scores(folder)
    if scores is None or scores.base_digest != base_digest:
        return None
    try:
        return scores if scores.weights_digest == digest(folder) else None
    except AdapterRefused:
        return None
