"""Turns a voice note that a browser recorded (OPUS in WebM) into the OGG that WhatsApp has.

The sound is not encoded anew: the packets move from one container into the other.
"""

import struct
from collections.abc import Iterator

_SEGMENT, _CLUSTER, _TRACKS, _TRACK, _GROUP = 0x18538067, 0x1F43B675, 0x1654AE6B, 0xAE, 0xA0
_CODEC, _PRIVATE, _SIMPLE_BLOCK, _BLOCK = 0x86, 0x63A2, 0xA3, 0xA1
_CONTAINERS = {_SEGMENT, _CLUSTER, _TRACKS, _TRACK, _GROUP}
_SERIAL = 0x62646A61
_PACKETS_PER_PAGE = 50
# Samples at 48 kHz by the five upper bits of a packet's first byte (RFC 6716, 3.1).
_FRAME_SAMPLES = (
    *(480, 960, 1920, 2880) * 3,
    *(480, 960) * 2,
    *(120, 240, 480, 960) * 4,
)


class NotWebm(ValueError):
    """The bytes are no WebM with OPUS in it."""


def voice_from_webm(data: bytes) -> bytes:
    """Give the same sound as OGG.

    Raises:
        NotWebm: there is no OPUS sound in these bytes.
    """
    head, packets = b"", []
    try:
        for name, start, end in _elements(data, 0, len(data)):
            if name == _CODEC and data[start:end] not in (b"A_OPUS", b"A_OPUS\0"):
                raise NotWebm("its codec is not OPUS")
            if name == _PRIVATE:
                head = data[start:end]
            elif name in (_SIMPLE_BLOCK, _BLOCK):
                # After the track's number: two bytes of time and one of flags.
                packets.append(data[start + _size_length(data[start]) + 3 : end])
    except (IndexError, struct.error) as error:
        raise NotWebm("it is cut off") from error
    packets = [packet for packet in packets if packet]
    if not head.startswith(b"OpusHead") or not packets:
        raise NotWebm("it holds no OPUS sound")
    return _ogg(head, packets)


def _size_length(first: int) -> int:
    if first == 0:
        raise NotWebm("a length is broken")
    return 9 - first.bit_length()


def _elements(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Walk the elements, also inside those that hold others; gives (id, start, end) of each content."""
    while start < end:
        id_length = _size_length(data[start])
        name = int.from_bytes(data[start : start + id_length], "big")
        start += id_length
        length = _size_length(data[start])
        size = int.from_bytes(data[start : start + length], "big") & ((1 << 7 * length) - 1)
        start += length
        if name in _CONTAINERS:
            # Their length does not matter, and a recorder does not know it: go on inside.
            continue
        stop = min(start + size, end)
        yield name, start, stop
        start = stop


def _ogg(head: bytes, packets: list[bytes]) -> bytes:
    tags = b"OpusTags" + struct.pack("<I", 7) + b"bandeja" + struct.pack("<I", 0)
    skipped = struct.unpack("<H", head[10:12])[0]
    pages = [_page(0, 2, 0, [head]), _page(1, 0, 0, [tags])]
    position, number = skipped, 2
    group: list[bytes] = []
    laces = 0
    for index, packet in enumerate(packets):
        group.append(packet)
        laces += len(packet) // 255 + 1
        position += _samples(packet)
        is_last = index == len(packets) - 1
        if is_last or len(group) == _PACKETS_PER_PAGE or laces + len(packets[index + 1]) // 255 + 1 > 255:
            pages.append(_page(number, 4 if is_last else 0, position, group))
            number, group, laces = number + 1, [], 0
    return b"".join(pages)


def _samples(packet: bytes) -> int:
    frames = {0: 1, 1: 2, 2: 2}.get(packet[0] & 3)
    if frames is None:
        frames = packet[1] & 0x3F if len(packet) > 1 else 1
    return frames * _FRAME_SAMPLES[packet[0] >> 3]


def _page(number: int, flags: int, position: int, packets: list[bytes]) -> bytes:
    laces = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    page = (
        b"OggS"
        + struct.pack("<BBqIIIB", 0, flags, position, _SERIAL, number, 0, len(laces))
        + laces
        + b"".join(packets)
    )
    return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]


def _table() -> list[int]:
    table = []
    for value in range(256):
        register = value << 24
        for _ in range(8):
            register = (register << 1) ^ (0x04C11DB7 if register & 0x80000000 else 0)
        table.append(register & 0xFFFFFFFF)
    return table


_CRC = _table()


def _checksum(page: bytes) -> int:
    register = 0
    for byte in page:
        register = (register << 8 & 0xFFFFFFFF) ^ _CRC[register >> 24 ^ byte]
    return register
