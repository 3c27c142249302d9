"""What is wrong with a file."""

from __future__ import annotations

from typing import Any


class Trouble(Exception):
    """The file cannot be shown or sent as what it claims to be.

    Attributes:
        code: `unreadable`, `too_many_pixels`, `too_long`, `wrong_codec`, `no_stream`.
        found: what is known of it all the same.
    """

    def __init__(self, code: str, **found: Any) -> None:
        super().__init__(code)
        self.code = code
        self.found = found
