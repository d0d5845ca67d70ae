"""The HTTP API: OpenAI's shapes, LoRAX's, and tasks. Knows no Gradio and no SQLite."""
