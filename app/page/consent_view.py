"""The line under the rating: whoever rates agrees to what it says. Knows nothing but the text."""

from html import escape

from app import consent


def line() -> str:
    """What is agreed to; the whole text unfolds."""
    whole = escape(" ".join(consent.TEXT))
    return (
        f'<details class="consent"><summary>By rating you agree that it is kept '
        f"(version {escape(consent.VERSION)})</summary><p>{whole} "
        '<a href="about#kept">More on what is kept</a></p></details>'
    )
