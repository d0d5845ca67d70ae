"""A new link to a comparison, as HTML. Knows no database."""

from html import escape


def link(token: str) -> str:
    """The link, what it shows to others, and how it is taken back."""
    return (
        '<section class="closer" aria-label="Share"><h2>A link to this comparison</h2>'
        "<p>Whoever has it can read the prompt, both answers and who gave them, but neither your "
        'rating nor your comment. It can be revoked in your <a href="history">history</a>.</p>'
        f'<p class="link"><a href="shared/{escape(token)}" target="_blank">shared/{escape(token)}'
        '</a><button type="button" class="again copy" data-do="copy">Copy</button></p></section>'
    )
