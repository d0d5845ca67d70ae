"""Makes base models and adapters: data, tokenizer, pre-training, QLoRA. Knows nothing of serving."""
