"""In-process serving of many LoRA adapters in one batch. Knows no HTTP, no Gradio, no SQLite."""
