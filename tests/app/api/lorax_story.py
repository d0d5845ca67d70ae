"""What lorax-client, unmodified, gets from a server. Run by the Python of its own environment:

PYTHON lorax_story.py answers|errors URL PROMPT

Prints one JSON object. Imports nothing of ours: the client pins libraries that Gradio cannot use.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from typing import Any

from lorax import AsyncClient, Client

DRAWN = {"seed": 3, "do_sample": True, "max_new_tokens": 12}
GREEDY = {"adapter_id": "covid", "max_new_tokens": 12, "ignore_eos_token": True}


def answers(url: str, prompt: str) -> dict[str, Any]:
    """The same greedy answer, asked in four ways, and one of the base."""
    client = Client(url)
    whole = client.generate(prompt, details=True, return_k_alternatives=2, **GREEDY)
    events = list(client.generate_stream(prompt, **GREEDY))
    return {
        "whole": whole.generated_text,
        "num_tokens": whole.details.generated_tokens,
        "logprobs": [token.logprob for token in whole.details.tokens],
        "num_alternatives": [len(token.alternative_tokens) for token in whole.details.tokens],
        "pieces": "".join(event.token.text for event in events),
        "streamed": events[-1].generated_text,
        "reason": events[-1].details.finish_reason.value,
        "by_async": asyncio.run(_by_async(url, prompt)),
        "base": client.generate(prompt, max_new_tokens=12, ignore_eos_token=True).generated_text,
        "drawn": [client.generate(prompt, **DRAWN).generated_text for _ in "ab"],
    }


async def _by_async(url: str, prompt: str) -> list[str]:
    client = AsyncClient(url)
    whole = await client.generate(prompt, **GREEDY)
    pieces = [event.token.text async for event in client.generate_stream(prompt, **GREEDY)]
    return [whole.generated_text, "".join(pieces)]


def errors(url: str, prompt: str) -> dict[str, str]:
    """The client's own class for each kind of refusal; "" where there was none."""
    client = Client(url, max_session_retries=0)
    return {
        "unknown": _raised(lambda: client.generate(prompt, adapter_id="predibase/nope")),
        "hub": _raised(lambda: client.generate(prompt, adapter_id="nope", adapter_source="hub")),
        "refused": _raised(lambda: client.generate(prompt, typical_p=0.5)),
        "streamed": _raised(lambda: list(client.generate_stream(prompt, adapter_id="nope"))),
        "plain": _raised(lambda: client.generate(prompt, adapter_id="covid")),
        "midway": _raised(lambda: list(client.generate_stream(prompt, adapter_id="covid"))),
    }


def _raised(call: Callable[[], object]) -> str:
    try:
        call()
    except Exception as error:  # noqa: BLE001 - its class is what we want to see
        return type(error).__name__
    return ""


if __name__ == "__main__":
    story = {"answers": answers, "errors": errors}[sys.argv[1]]
    sys.stdout.write(json.dumps(story(*sys.argv[2:])))
