"""The tokens of links: 256 random bits; stored is a keyed digest only, compared in constant time.

The database finds a row by `selector`, a part of an unkeyed hash of the token. Whoever reads the database
cannot build the token from it; nor, without the installation's secret key, write a digest that fits another.
"""

from __future__ import annotations

import hashlib
import secrets

from django.utils.crypto import constant_time_compare, salted_hmac

TOKEN_BYTES = 32
LONGEST_TOKEN = 64  # longer ones are nobody's; they are not even hashed
_SALT = "kekiz.register.assurance-link"


def make_token() -> str:
    """A new token, safe in addresses."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def select_token(token: str) -> str:
    """By what the row of a token is found."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def digest_token(token: str) -> str:
    """What is stored of a token: a digest keyed with the installation's secret."""
    return salted_hmac(_SALT, token, algorithm="sha256").hexdigest()


def is_same_token(token: str, digest: str) -> bool:
    """Does the token belong to the stored digest?"""
    return constant_time_compare(digest_token(token), digest)
