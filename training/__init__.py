"""Makes base models and adapters: data, tokenizer, pre-training, QLoRA. Serves nothing."""
