"""trl's trainer, narrowed to what an adapter of ours needs. Knows no task and no files.

It differs from SFTTrainer in four points: batches follow a planned order, the vocabulary's
probabilities are computed for answer tokens only, no attention mask is passed (padding stands on
the right), and B may learn faster than A (LoRA+). The loss is the same number.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset, disable_progress_bars
from peft import LoraConfig, PeftModel
from peft.optimizers import create_loraplus_optimizer
from peft.tuners.lora import LoraLayer
from torch.nn.functional import cross_entropy
from transformers import PreTrainedTokenizerBase, PrinterCallback, TrainerCallback
from trl import SFTConfig, SFTTrainer

from training.batch_order import PlannedOrder, plan_order
from training.columns import Columns
from training.progress import Meter
from training.qlora import raise_to_float32
from training.tune_options import TuneOptions

LOG_EVERY = 10
IGNORED = -100


class AnswerTrainer(SFTTrainer):  # type: ignore[misc]  # trl has no types
    """Trains the low-rank layers of a PEFT model on prompt and completion columns."""

    optimizer: torch.optim.Optimizer | None

    def __init__(
        self,
        model: PeftModel,
        tokenizer: PreTrainedTokenizerBase,
        train: Columns,
        validation: Columns,
        options: TuneOptions,
        dtype: torch.dtype,
        folder: Path,
        meter: Meter,
        callbacks: list[TrainerCallback],
    ) -> None:
        self._options, self._dtype = options, dtype
        self._meter, self._peft_model = meter, model
        disable_progress_bars()
        with _head_unseen(model):
            super().__init__(
                model=model,
                args=_settings(options, folder),
                train_dataset=Dataset.from_list(list(train.rows)),
                eval_dataset=Dataset.from_list(sorted(validation.rows, key=_num_characters)),
                processing_class=tokenizer,
                callbacks=callbacks,
            )
        self.remove_callback(PrinterCallback)
        # trl holds the factors of a 4-bit base in bfloat16; see raise_to_float32.
        raise_to_float32(model)

    @property
    def adapter_config(self) -> LoraConfig:
        config: LoraConfig = self._peft_model.peft_config["default"]
        return config

    def _get_train_sampler(self, train_dataset: Dataset | None = None) -> PlannedOrder:
        options = self._options
        lengths = [len(ids) for ids in self.train_dataset["input_ids"]]
        order = plan_order(lengths, options.batch_size, options.num_epochs, options.seed)
        return PlannedOrder(order)

    def create_optimizer(self, model: PeftModel | None = None) -> torch.optim.Optimizer:
        if self.optimizer is None and self._options.loraplus_ratio > 1:
            self.optimizer = create_loraplus_optimizer(
                self.model,
                torch.optim.AdamW,
                lr=self._options.learning_rate,
                loraplus_lr_ratio=self._options.loraplus_ratio,
                loraplus_lr_embedding=self._options.loraplus_lr_embedding,
                fused=True,
            )
        optimizer: torch.optim.Optimizer = super().create_optimizer(model)
        return optimizer

    def compute_loss(
        self,
        model: PeftModel,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> torch.Tensor:
        """Mean negative log-likelihood of the answer tokens.

        `inputs` holds input_ids and labels [batch, n]; `num_items_in_batch` is the number of
        answer tokens where trl has counted them.
        """
        assert not return_outputs, "only losses are asked for"
        labels = inputs["labels"][:, 1:]
        is_answer = labels != IGNORED
        causal_model = model.get_base_model()
        backbone = getattr(causal_model, causal_model.base_model_prefix)
        with torch.autocast(labels.device.type, self._dtype, enabled=self._dtype != torch.float32):
            hidden = backbone(input_ids=inputs["input_ids"], use_cache=False).last_hidden_state
            logits = causal_model.get_output_embeddings()(hidden[:, :-1][is_answer])
        total = cross_entropy(logits.float(), labels[is_answer], reduction="sum")
        if self.model.training:
            self._meter.num_tokens += int(inputs["attention_mask"].sum())
        return total / (is_answer.sum() if num_items_in_batch is None else num_items_in_batch)


@contextmanager
def _head_unseen(model: PeftModel) -> Iterator[None]:
    """Let trl find the base's own head inside, for it refuses one with low-rank layers.

    Its loss reads the head's weight, which passes over them; compute_loss calls the layer.
    """
    head = model.get_output_embeddings()
    if isinstance(head, LoraLayer):
        model.get_output_embeddings = head.get_base_layer
    yield
    model.__dict__.pop("get_output_embeddings", None)


def _num_characters(row: dict[str, str]) -> int:
    return len(row["prompt"]) + len(row["completion"])


def _settings(options: TuneOptions, folder: Path) -> SFTConfig:
    """trl's settings. The planned order holds all epochs, so that trl sees a single one."""
    return SFTConfig(
        output_dir=str(folder),
        num_train_epochs=1,
        per_device_train_batch_size=options.batch_size,
        per_device_eval_batch_size=options.batch_size,
        gradient_accumulation_steps=options.accumulation,
        learning_rate=options.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=options.warmup_share,
        weight_decay=0.0,
        seed=options.seed,
        max_length=None,
        completion_only_loss=True,
        gradient_checkpointing=False,
        bf16=False,
        eval_strategy="steps",
        eval_steps=options.eval_every,
        prediction_loss_only=True,
        save_strategy="steps",
        save_steps=options.checkpoint_every,
        save_total_limit=2,
        logging_steps=LOG_EVERY,
        logging_first_step=True,  # a short run has a loss too
        disable_tqdm=True,
        report_to=[],
        dataloader_pin_memory=False,
    )
