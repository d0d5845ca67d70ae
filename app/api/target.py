"""Which adapters answer a request: the model's own, or those that it lists with their scales.

Whoever asks may only name what is served: nothing is ever loaded because a request says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.api.errors import ApiError
from app.api.fields import LoraShare
from app.services import Services
from engine.errors import UnknownAdapter
from engine.request import AdapterShare, GenerationRequest, SamplingParams


@dataclass(frozen=True)
class Target:
    """One adapter, a mix of several, or (neither) the base."""

    adapter_id: str | None = None
    mix: tuple[AdapterShare, ...] = ()

    def request(
        self, prompt: str, sampling: SamplingParams, answer: str | None = None
    ) -> GenerationRequest:
        return GenerationRequest(prompt, self.adapter_id, sampling, mix=self.mix, answer=answer)


def target_of(services: Services, model: str, lora: Sequence[LoraShare] | None) -> Target:
    """What `lora` lists, in place of the adapter that `model` names; else that one.

    Raises UnknownAdapter, and ApiError for what is wrong in `lora`.
    """
    adapter_id = services.adapter_id(model)
    if not lora:
        return Target(adapter_id)
    if len({share.id for share in lora}) < len(lora):
        raise ApiError(
            400, "An adapter is named twice in the mix; add its scales up.", param="lora"
        )
    return Target(mix=tuple(_share(services, share) for share in lora))


def _share(services: Services, share: LoraShare) -> AdapterShare:
    try:
        adapter_id = services.adapter_id(share.id)
    except UnknownAdapter as error:
        raise ApiError(404, str(error), param="lora", code="model_not_found") from error
    if adapter_id is None:
        message = f"A mix lists adapters, and {share.id} is the base; scale 0 is the base alone."
        raise ApiError(400, message, param="lora")
    return AdapterShare(adapter_id, share.scale)
