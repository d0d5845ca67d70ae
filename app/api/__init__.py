"""The HTTP API: OpenAI's shapes over the engine. Knows no Gradio and no SQLite."""
