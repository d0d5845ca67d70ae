"""Fits an adapter's file onto a base: everything is checked before anything is converted."""

from collections.abc import Callable

import torch

from adapters.errors import AdapterRefused
from adapters.files import AdapterFile
from engine.lora.layers import LoraSites, Site
from engine.lora.weights import AdapterWeights, GroupWeights


def fit_adapter(
    file: AdapterFile,
    sites: LoraSites,
    like: torch.Tensor,
    give_way: Callable[[], None] = lambda: None,
) -> AdapterWeights:
    """The adapter in the engine's layout, with `like`'s dtype and device. Raises AdapterRefused.

    `give_way` is called before each group of layers, and may take its time.
    """
    _check(file, sites)
    paths = dict.fromkeys(sites.sites[module].group for module in file.tensors)
    members: dict[str, list[str]] = {path: [] for path in paths}
    for module, site in sites.sites.items():
        if site.group in members:
            members[site.group].append(module)
    names = dict.fromkeys(module.rpartition(".")[2] for module in file.tensors)
    groups = {}
    for path, modules in members.items():
        give_way()
        groups[path] = _group(file, modules, sites, like)
    return AdapterWeights(file.digest, file.rank, tuple(sorted(names)), groups)


def _check(file: AdapterFile, sites: LoraSites) -> None:
    for module, pair in file.tensors.items():
        site = sites.sites.get(module)
        if site is None:
            raise _refused(file, f"it has weights for {module!r}, no served layer of this base")
        _check_shape(file, module, (pair.b.shape[0], pair.a.shape[1]), site)
    for target in file.targets:
        ending = f".{target}"
        missing = [m for m in sites.sites if m.endswith(ending) and m not in file.tensors]
        if missing:
            raise _refused(file, f"its config names {target!r}, but {missing[0]!r} has no weights")


def _check_shape(file: AdapterFile, module: str, shape: tuple[int, int], site: Site) -> None:
    if shape != (site.out_features, site.in_features):
        raise _refused(
            file,
            f"{module!r} is made for a layer of {shape[1]} inputs and {shape[0]} outputs, but "
            f"this base has {site.in_features} and {site.out_features}",
        )


def _refused(file: AdapterFile, reason: str) -> AdapterRefused:
    return AdapterRefused(f"The adapter in {file.folder.name!r} does not fit the base: {reason}.")


def _group(
    file: AdapterFile, modules: list[str], sites: LoraSites, like: torch.Tensor
) -> GroupWeights:
    """All of one group's factors at the adapter's largest rank, the scaling folded into B."""
    shares: list[torch.Tensor] = []
    factors: list[torch.Tensor | None] = []
    for module in modules:
        pair = file.tensors.get(module)
        if pair is None:
            factors.append(None)
            continue
        shares.append(_padded(pair.a.T, file.rank))
        factors.append(_padded(pair.b * pair.scaling, file.rank).T.to(like).contiguous())
    return GroupWeights(
        a=torch.cat(shares, dim=1).to(like).contiguous(),
        b=tuple(factors),
        widths=tuple(sites.sites[module].out_features for module in modules),
    )


def _padded(factor: torch.Tensor, rank: int) -> torch.Tensor:
    """`factor` [any, its rank] with columns of zeros up to `rank`."""
    missing = rank - factor.shape[1]
    return torch.nn.functional.pad(factor, (0, missing)) if missing else factor
