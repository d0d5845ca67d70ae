"""The operations of real steps, counted by torch, against the formulas of docs/engine.md."""

from math import prod

import torch
from torch.utils.flop_counter import FlopCounterMode

from engine.engine import Engine

Shape = tuple[int, ...]
PROMPTS = ("### Tweet: the small shop", "### Tweet: tea and bread in the town", "### Tweet: tea")
GROUPS = (("q_proj", "k_proj", "v_proj"), ("o_proj",), ("gate_proj", "up_proj"), ("down_proj",))
ALL_LINEAR = tuple(name for group in GROUPS for name in group)


def product_flops(_sum: Shape, left: Shape, right: Shape, **_: object) -> int:
    """Of a product that is added in place, batched or not."""
    return 2 * prod(left) * right[-1]


# torch counts only those of their names that are not in place.
_IN_PLACE = dict.fromkeys([torch.ops.aten.addmm_, torch.ops.aten.baddbmm_], product_flops)


def shapes(engine: Engine) -> dict[str, tuple[int, int]]:
    """(inputs, outputs) of each kind of linear layer."""
    c = engine.loaded.model.config
    hidden, ffn = c.hidden_size, c.intermediate_size
    q, kv = c.num_attention_heads * c.head_dim, c.num_key_value_heads * c.head_dim
    return {
        "q_proj": (hidden, q), "k_proj": (hidden, kv), "v_proj": (hidden, kv),
        "o_proj": (q, hidden), "gate_proj": (hidden, ffn), "up_proj": (hidden, ffn),
        "down_proj": (ffn, hidden),
    }  # fmt: skip


def base_flops(engine: Engine, num_tokens: int, num_due: int) -> int:
    c = engine.loaded.model.config
    in_block = sum(num_in * num_out for num_in, num_out in shapes(engine).values())
    head = c.hidden_size * c.vocab_size
    return 2 * num_tokens * c.num_hidden_layers * in_block + 2 * num_due * head


def attention_flops(engine: Engine, num_queries: int, length: int) -> int:
    c = engine.loaded.model.config
    return 4 * c.num_hidden_layers * c.num_attention_heads * c.head_dim * num_queries * length


def stacked_flops(engine: Engine, num_rows: int, rank: int, targeted: tuple[str, ...]) -> int:
    """`rank` is the padded one."""
    numbers = 0
    for group in GROUPS:
        members = [name for name in group if name in targeted]
        if members:
            num_in = shapes(engine)[group[0]][0]
            num_out = sum(shapes(engine)[name][1] for name in group)
            numbers += num_in * len(members) + num_out
    return 2 * num_rows * rank * engine.loaded.model.config.num_hidden_layers * numbers


def segment_flops(engine: Engine, num_tokens: int, rank: int, targeted: tuple[str, ...]) -> int:
    numbers = sum(sum(shapes(engine)[name]) for name in targeted)
    return 2 * num_tokens * rank * engine.loaded.model.config.num_hidden_layers * numbers


def counted(engine: Engine) -> int:
    """The operations of the next step."""
    with FlopCounterMode(display=False, custom_mapping=_IN_PLACE) as counter:
        engine.step()
    return counter.get_total_flops()


def read_prompts(engine: Engine, driver, requests) -> list[int]:
    """Have `requests` read their prompts, as far as one step takes them; their lengths then."""
    sequences = driver.add(requests)
    driver.step()
    return [len(sequence.tokens) for sequence in sequences]


def test_a_decode_step_of_the_base(make_engine, drive, greedy):
    """Catches work beyond the formula: logits nobody reads, rows computed twice."""
    engine = make_engine()
    lengths = read_prompts(engine, drive(engine), [greedy(prompt) for prompt in PROMPTS])
    num_rows = len(PROMPTS)
    expected = base_flops(engine, num_rows, num_rows)
    expected += attention_flops(engine, num_rows, max(lengths))
    assert counted(engine) == expected


def test_a_step_that_reads_a_prompt(make_engine, drive, greedy):
    """Catches logits of every prompt token, and attention beyond the chunk's own past."""
    engine = make_engine()
    (sequence,) = drive(engine).add([greedy(PROMPTS[1])])
    num_tokens = len(sequence.prompt_ids)
    expected = base_flops(engine, num_tokens, 1)
    expected += attention_flops(engine, num_tokens, num_tokens)
    assert counted(engine) == expected


def test_stacked_rows(make_engine, tiny_adapter, drive, greedy):
    """Catches padding beyond the next power of two, and members multiplied that nobody targets."""
    engine = make_engine()
    targeted = ("q_proj", "v_proj", "down_proj")
    for name, seed in (("one", 1), ("two", 2)):
        engine.adapters.load(name, tiny_adapter(rank=12, targets=targeted, seed=seed))
    names = ("one", "two", None)
    requests = [greedy(prompt, name) for prompt, name in zip(PROMPTS, names, strict=True)]
    lengths = read_prompts(engine, drive(engine), requests)
    expected = base_flops(engine, 3, 3) + attention_flops(engine, 3, max(lengths))
    assert counted(engine) == expected + stacked_flops(engine, 2, 16, targeted)


def test_a_single_row_and_a_prompt_are_segments(make_engine, tiny_adapter, drive, greedy):
    """Catches padded ranks, or a copy of the weights, where one adapter is alone."""
    engine = make_engine()
    engine.adapters.load("one", tiny_adapter(rank=12, targets=ALL_LINEAR, seed=1))
    driver = drive(engine)
    (sequence,) = driver.add([greedy(PROMPTS[0], "one")])
    num_tokens = len(sequence.prompt_ids)
    driver.step()
    expected = base_flops(engine, 1, 1) + attention_flops(engine, 1, num_tokens + 1)
    assert counted(engine) == expected + segment_flops(engine, 1, 12, ALL_LINEAR)
