"""`python -m app` is `lora-land`."""

from app.cli import main

main()
