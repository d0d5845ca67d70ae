"""The web page: what visitors see and press. Gradio lives here and nowhere else."""
