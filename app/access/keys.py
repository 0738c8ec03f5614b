"""API keys: 256 random bits behind a prefix, closed by a checksum; only their digest is ever stored.

The checksum tells a mistyped key from a wrong one without asking the database. HMAC-SHA-256 is enough:
a slow hash protects guessable passwords, and nobody guesses 256 bits.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import zlib

PREFIX = "budget_"
SHOWN = len(PREFIX) + 6  # letters by which a person recognises a key
FORM = re.compile(PREFIX + r"([0-9a-f]{64})([0-9a-f]{8})")


def new_key() -> str:
    """A key that nobody had before."""
    secret = secrets.token_hex(32)
    return PREFIX + secret + _checksum(secret)


def is_well_formed(key: str) -> bool:
    """Whether this is a key as `new_key` makes them, every letter right."""
    match = FORM.fullmatch(key)
    return match is not None and hmac.compare_digest(_checksum(match[1]), match[2])


def digest_of(key: str, secret: str) -> str:
    """What is stored of a key: its HMAC under the server's own secret."""
    return hmac.new(secret.encode(), key.encode(), hashlib.sha256).hexdigest()


def _checksum(secret: str) -> str:
    return f"{zlib.crc32((PREFIX + secret).encode()):08x}"
