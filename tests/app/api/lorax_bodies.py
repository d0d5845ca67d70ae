"""What LoRAX's clients send and read, for the tests of its addresses."""

import json
from typing import Any

import httpx

# What lorax-client 0.6.3 sends: every key, nulls included.
PARAMETERS: dict[str, Any] = {
    "adapter_id": "covid",
    "adapter_source": None,
    "merged_adapters": None,
    "api_token": None,
    "do_sample": False,
    "max_new_tokens": None,
    "ignore_eos_token": False,
    "repetition_penalty": None,
    "return_full_text": False,
    "stop": [],
    "seed": None,
    "temperature": None,
    "top_k": None,
    "top_p": None,
    "truncate": None,
    "typical_p": None,
    "best_of": None,
    "watermark": False,
    "details": True,
    "decoder_input_details": False,
    "return_k_alternatives": None,
    "response_format": None,
}


def lorax_body(inputs: str = "one two three", **parameters: Any) -> dict[str, Any]:
    return {"inputs": inputs, "parameters": PARAMETERS | parameters}


def lorax_events(response: httpx.Response) -> list[Any]:
    lines = [line for line in response.text.splitlines() if line and not line.startswith(":")]
    assert all(line.startswith("data: {") for line in lines), "no [DONE], and JSON only"
    return [json.loads(line[6:]) for line in lines]
