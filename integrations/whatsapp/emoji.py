"""What WhatsApp takes as a reaction: one emoji, which may be made of several signs. Pure."""

from __future__ import annotations

import unicodedata

LONGEST = 16  # signs; the longest families and flags have ten
_JOINER, _PICTURE, _KEYCAP = "\u200d", "\ufe0f", "\u20e3"
_SKINS = range(0x1F3FB, 0x1F400)
_LETTERS = range(0x1F1E6, 0x1F200)  # two of them are a flag
_TAGS = range(0xE0020, 0xE0080)  # of flags of regions
_KEYS = frozenset("0123456789#*")
# Pictures by kind; ‼ and 〰 are punctuation, and what is newer than this Python has no kind yet.
_KINDS = frozenset({"So", "Sm", "Po", "Pd", "Cn"})


def is_emoji(text: str) -> bool:
    """Tell whether a text is one emoji, as far as the kinds of its signs tell. Meta has the last word."""
    if not 0 < len(text) <= LONGEST or text.isascii():
        return False
    parts = text.split(_JOINER)
    return all(_is_single(part) for part in parts)


def _is_single(part: str) -> bool:
    """Whether a part is one picture, with what may follow it."""
    bare = "".join(sign for sign in part if not _follows(sign))
    if len(bare) == 2:
        return all(ord(sign) in _LETTERS for sign in bare)
    if len(bare) != 1 or not part.startswith(bare):
        return False
    if bare in _KEYS:
        return _KEYCAP in part
    kind = unicodedata.category(bare)
    # Punctuation is a picture only when it is said to be one.
    return kind in _KINDS and (kind not in ("Po", "Pd") or _PICTURE in part)


def _follows(sign: str) -> bool:
    return sign in (_PICTURE, _KEYCAP) or ord(sign) in _SKINS or ord(sign) in _TAGS
