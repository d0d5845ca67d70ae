"""The two kinds of tokenizers that bases have, and what their tokens stand for, byte by byte."""

import json

from tokenizers import Tokenizer, decoders, models, normalizers, processors, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from adapters.catalog import MINI_BASE
from engine.vocabulary import Vocabulary


def byte_level() -> Vocabulary:
    return Vocabulary(AutoTokenizer.from_pretrained(MINI_BASE), [2])


def byte_fall_back() -> Vocabulary:
    """A tokenizer as SentencePiece makes them (Mistral-7B's): word marks, and bytes as tokens."""
    trained = Tokenizer(models.BPE())
    trained.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    )
    trainer = trainers.BpeTrainer(vocab_size=120, show_progress=False)
    texts = ["neg negative neutral positive the shop sells tea", "### Sentiment: café 日本"]
    trained.train_from_iterator(texts * 2, trainer)
    merges = [tuple(merge) for merge in _model_of(trained)["merges"]]
    names = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    names += sorted(trained.get_vocab(), key=trained.get_vocab().__getitem__)
    vocab = {name: place for place, name in enumerate(names)}
    made = Tokenizer(
        models.BPE(vocab, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    )
    made.normalizer = trained.normalizer
    made.post_processor = processors.TemplateProcessing("<s> $A", special_tokens=[("<s>", 1)])
    made.decoder = decoders.Sequence(
        [
            decoders.Replace("▁", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    marks = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
    return Vocabulary(PreTrainedTokenizerFast(tokenizer_object=made, **marks), [2])


def _model_of(tokenizer: Tokenizer) -> dict:
    return json.loads(tokenizer.to_str())["model"]


def bytes_of_tokens(vocabulary: Vocabulary, kind: str) -> dict[int, bytes]:
    """What each token stands for, worked out from its name; special tokens stand for nothing."""
    names = {
        place: name
        for name, place in vocabulary._backend.get_vocab().items()
        if place not in vocabulary.special_ids
    }
    if kind == "fall-back":
        return {
            place: bytes([int(name[3:5], 16)])
            if name.startswith("<0x")
            else name.replace("▁", " ").encode()
            for place, name in names.items()
        }
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]  # as GPT-2 spells bytes
    others = [byte for byte in range(256) if byte not in plain]
    letters = {chr(byte): byte for byte in plain} | {
        chr(256 + place): byte for place, byte in enumerate(others)
    }
    return {place: bytes(letters[letter] for letter in name) for place, name in names.items()}
