"""One line that stands for a message in the list and in a quotation."""

from __future__ import annotations

PREVIEW_LENGTH = 160


def preview_of(text: str) -> str:
    """Return the first line's worth of a text, with white space folded; the client adds the sign of the kind."""
    folded = " ".join(text[: PREVIEW_LENGTH * 2].split())
    return folded if len(folded) <= PREVIEW_LENGTH else folded[: PREVIEW_LENGTH - 1].rstrip() + "…"
