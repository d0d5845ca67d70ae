"""What a visitor agrees to with a first rating: the text and its version. Knows no page.

Whoever changes what the text promises gives it another version: everybody is asked again.
"""

VERSION = "1"
TEXT = (
    (
        "With your rating, this machine keeps the text that was asked, both answers, how long "
        "they took, your choice, and the reasons, comment and better answer if you give any."
    ),
    (
        "It keeps no name, no address and nothing about your browser: only a random number in a "
        "cookie, which tells your ratings from those of others."
    ),
    (
        "Whoever runs this machine can read all of it, and may publish it or train models on it. "
        "They can erase what belongs to your cookie if you ask."
    ),
)
