"""Names in the environment. Reads nothing."""

PREFIX = "LORA_LAND_"
"""Of every setting of the server: see app/settings.py."""
API_KEY_VARIABLE = PREFIX + "API_KEY"
"""The key with which `generate --server` asks, no setting of a server."""
