"""What a ZIP says of itself, read from the table at its end. Nothing is ever unpacked."""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_END, _ENTRY = struct.Struct("<4s4H2IH"), struct.Struct("<4s6H3I5H2I")
_LONG_SIZES, _IS_LONG = 0x0001, 0xFFFF_FFFF
_END_MARK, _ENTRY_MARK = b"PK\x05\x06", b"PK\x01\x02"
_TAIL_BYTES = _END.size + 65_535  # the end record, and the longest comment after it
_MOST_TABLE_BYTES = 4 * 1024 * 1024
_MOST_ENTRIES = 10_000
_LOCAL_HEADER_BYTES = 30
# Sheets of numbers unpack to thirty times their size, pictures to none; bombs begin at hundreds.
_MOST_UNPACKED_BYTES = 4 * 1024**3
_INNOCENT_BYTES = 200 * 1024**2
_MOST_RATIO = 100
_PACKING_BYTES = 64


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in an archive, as its table has it.

    Attributes:
        offset: of its own header in the archive.
    """

    name: bytes
    packed: int
    unpacked: int
    offset: int


def names_in(path: Path) -> frozenset[bytes]:
    """Return the names of an archive's files; none of one that is damaged, or made to burst whoever opens it."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL_BYTES))
        tail = file.read(_TAIL_BYTES)
        at = tail.rfind(_END_MARK)
        if at < 0 or len(tail) - at < _END.size:
            return frozenset()
        length, offset = _END.unpack_from(tail, at)[5:7]
        if length > _MOST_TABLE_BYTES or offset + length > size - len(tail) + at:
            return frozenset()
        file.seek(offset)
        entries = _entries(file.read(length))
    if not entries or _overlap(entries, offset) or _bursts(entries, size):
        return frozenset()
    return frozenset(entry.name for entry in entries)


def _entries(table: bytes) -> list[Entry]:
    """Return what the table lists; nothing of one that cannot be read to its end, or is too long."""
    found: list[Entry] = []
    at = 0
    while at < len(table):
        if len(found) >= _MOST_ENTRIES or len(table) - at < _ENTRY.size:
            return []
        fields = _ENTRY.unpack_from(table, at)
        name_length, extra_length, comment_length = fields[10:13]
        name = table[at + _ENTRY.size : at + _ENTRY.size + name_length]
        if fields[0] != _ENTRY_MARK or len(name) != name_length:
            return []
        at += _ENTRY.size + name_length
        packed, unpacked, offset = _sizes(fields, table[at : at + extra_length])
        found.append(Entry(name, packed=packed, unpacked=unpacked, offset=offset))
        at += extra_length + comment_length
    return found


def _sizes(fields: Sequence[int], extra: bytes) -> tuple[int, int, int]:
    """Return packed, unpacked and offset; some programs write all of them in the long way (ZIP64)."""
    unpacked, packed, offset = ([value] for value in (fields[9], fields[8], fields[16]))
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        if kind == _LONG_SIZES:
            values = iter(struct.unpack_from(f"<{min(length, len(extra) - 4) // 8}Q", extra, 4))
            for one in (unpacked, packed, offset):
                if one[0] == _IS_LONG:
                    one[0] = next(values, _IS_LONG)
            break
        extra = extra[4 + length :]
    return packed[0], unpacked[0], offset[0]


def _overlap(entries: Sequence[Entry], end: int) -> bool:
    """Tell whether two files share bytes, by which a small archive unpacks to any size, or one reaches over the end."""
    free = 0
    for entry in sorted(entries, key=lambda one: one.offset):
        if entry.offset < free:
            return True
        free = entry.offset + _LOCAL_HEADER_BYTES + len(entry.name) + entry.packed
    return free > end


def _bursts(entries: Sequence[Entry], size: int) -> bool:
    """Tell whether the files together unpack to more than anything innocent, or one cannot be what is said of it."""
    unpacked = sum(entry.unpacked for entry in entries)
    if unpacked > _MOST_UNPACKED_BYTES or unpacked > max(_INNOCENT_BYTES, size * _MOST_RATIO):
        return True
    # Packing adds a few bytes to what cannot be packed; more than that is a file said to be smaller than it is.
    return any(entry.packed > entry.unpacked * 1.01 + _PACKING_BYTES for entry in entries)
