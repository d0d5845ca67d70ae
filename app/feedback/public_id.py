"""What a session is called outside of the database: nobody can act as the visitor with it.

The id itself is the visitor's cookie. Its hash is in every export, and stands on the visitor's
own page About, to be given to an operator with a wish to be erased.
"""

import hashlib


def public_id(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()
