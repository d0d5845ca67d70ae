"""A pre-training run: the one owner of weights, optimizers and position in the text."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import torch
from torch import Tensor, nn
from transformers import MistralConfig, MistralForCausalLM, PreTrainedTokenizerFast

from training.arithmetic import fastest_dtype
from training.pretrain_options import PretrainOptions
from training.tokenizer import CONTEXT_LENGTH
from training.tokens import Tokens

_LONGEST_GRADIENT = 1.0


@dataclass(frozen=True)
class Progress:
    """Where a run stands; losses in nats per token."""

    step: int
    num_steps: int
    num_tokens: int
    loss: float
    tokens_per_s: float
    validation_loss: float | None = None


class PretrainRun:
    """Weights under training. Muon moves the layers' matrices, AdamW the embedding and the norms.

    Muon is K. Jordan's (2024), as torch.optim has it.
    """

    def __init__(self, options: PretrainOptions, tokenizer: PreTrainedTokenizerFast) -> None:
        torch.manual_seed(options.seed)
        self.options = options
        self.model = MistralForCausalLM(_config(options, tokenizer))
        self.step = 0
        self.seconds = 0.0
        self.history: list[dict[str, float]] = []
        self._dtype = fastest_dtype(torch.device("cpu"))
        named = list(self.model.named_parameters())
        matrices = [p for name, p in named if p.ndim == 2 and "embed" not in name]
        others = [p for name, p in named if p.ndim != 2 or "embed" in name]
        self._optimizers = {
            torch.optim.Muon(matrices, weight_decay=0.01): options.matrix_rate,
            torch.optim.AdamW(others, betas=(0.9, 0.95), weight_decay=0.0): options.other_rate,
        }

    def advance(self, tokens: Tokens) -> Progress:
        """One optimizer step over the next `step_tokens` of the text."""
        started = perf_counter()
        micros = tuple(self._micro_batches(tokens))
        loss = 0.0
        for batch in micros:
            part = self._loss(batch) / len(micros)
            part.backward()
            loss += part.item()
        nn.utils.clip_grad_norm_(self.model.parameters(), _LONGEST_GRADIENT)
        share = self.options.rate_at(self.step)
        for optimizer, full_rate in self._optimizers.items():
            for group in optimizer.param_groups:
                group["lr"] = full_rate * share
            optimizer.step()
            optimizer.zero_grad(set_to_none=False)
        self.step += 1
        elapsed = perf_counter() - started
        self.seconds += elapsed
        return Progress(
            step=self.step,
            num_steps=self.options.num_steps,
            num_tokens=self.step * self.options.step_tokens,
            loss=loss,
            tokens_per_s=self.options.step_tokens / elapsed,
        )

    def validated(self, progress: Progress, validation: Tokens) -> Progress:
        """The same progress with the loss on text that is never trained on, in sequences of the
        length that is being trained: other positions the model has not met."""
        length = self.options.length_at(self.step - 1)
        self.model.eval()
        with torch.no_grad():
            ids = torch.from_numpy(validation.astype("int64"))
            batches = ids.view(-1, CONTEXT_LENGTH // length, length)
            losses = [self._loss(batch).item() for batch in batches]
        self.model.train()
        loss = sum(losses) / len(losses)
        self.history.append(
            {
                "num_tokens": progress.num_tokens,
                "length": length,
                "validation_loss": round(loss, 4),
            }
        )
        return replace(progress, validation_loss=loss)

    def save(self, path: Path) -> None:
        """Write a checkpoint beside the old one, then put it in its place."""
        fresh = path.with_suffix(".new")
        state = {
            "step": self.step,
            "seconds": self.seconds,
            "history": self.history,
            "model": self.model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self._optimizers],
        }
        torch.save(state, fresh)
        fresh.replace(path)

    def resume(self, path: Path) -> None:
        """Continue from a checkpoint of the same options, if there is one."""
        if not path.exists():
            return
        state = torch.load(path, weights_only=True)
        self.step, self.seconds, self.history = state["step"], state["seconds"], state["history"]
        self.model.load_state_dict(state["model"])
        for optimizer, kept in zip(self._optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(kept)

    def _micro_batches(self, tokens: Tokens) -> Iterator[Tensor]:
        options = self.options
        first = self.step * options.step_tokens
        for start in range(first, first + options.step_tokens, options.micro_tokens):
            ids = tokens[start : start + options.micro_tokens].astype("int64")
            yield torch.from_numpy(ids).view(-1, options.length_at(self.step))

    def _loss(self, ids: Tensor) -> Tensor:
        """Mean cross-entropy of the next token, in nats; ids of shape [sequences, length]."""
        with torch.autocast("cpu", self._dtype, enabled=self._dtype != torch.float32):
            logits = self.model(input_ids=ids, use_cache=False).logits
        right = ids[:, 1:].flatten()
        return nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1).float(), right)


def _config(options: PretrainOptions, tokenizer: PreTrainedTokenizerFast) -> MistralConfig:
    return MistralConfig(
        vocab_size=options.vocabulary_size,
        hidden_size=options.hidden_size,
        intermediate_size=options.feed_forward_size,
        num_hidden_layers=options.num_layers,
        num_attention_heads=options.num_heads,
        num_key_value_heads=options.num_kv_heads,
        head_dim=options.hidden_size // options.num_heads,
        max_position_embeddings=CONTEXT_LENGTH,
        sliding_window=None,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
