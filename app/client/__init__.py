"""A thin client of a LoRA Land server, for programs; imports nothing of the server.

with LoraLandClient("http://127.0.0.1:7860") as client:
    print(client.ask("covid", {"OriginalTweet": "So proud of our nurses"}).value)
"""

from app.client.answers import Completion, Model, ServerRefused, Task, TaskAnswer
from app.client.asynchronous import AsyncLoraLandClient
from app.client.synchronous import LoraLandClient

__all__ = [
    "AsyncLoraLandClient",
    "Completion",
    "LoraLandClient",
    "Model",
    "ServerRefused",
    "Task",
    "TaskAnswer",
]
