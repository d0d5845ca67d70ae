"""News from frames: three tasks make a summary, a headline or a text to a headline of a story."""

from training.news.story import (
    Story,
    article,
    forget_all_but,
    named,
    other_news,
    slipped,
    tell,
)

__all__ = ["Story", "article", "forget_all_but", "named", "other_news", "slipped", "tell"]
