"""Files behind links that the business names, fetched as Meta fetches them.

Names that are reserved for examples (example.com, .test) lead to files of our own by their ending, so that
documentation and tests work without the internet; "404" in the path leads nowhere.
"""

import re
import ssl
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from integrations.simulator.client import DeliveryError, WebhookClient
from integrations.simulator.media import samples
from integrations.simulator.media.kinds import LARGEST_INBOUND
from integrations.simulator.media.sniff import Bytes, Sniffed, base_type, sniff

SECONDS = 15
_RESERVED = re.compile(r"(^|\.)(example(\.(com|net|org))?|test|invalid)$")
_ENDINGS = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".heic": "image/heic",
    ".gif": "image/gif", ".svg": "image/svg+xml", ".mp4": "video/mp4", ".mp3": "audio/mpeg", ".ogg": "audio/ogg",
    ".pdf": "application/pdf",
}  # fmt: skip


class LinkError(Exception):
    """The link leads to no file."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a link led to."""

    data: Bytes
    mime_type: str
    sniffed: Sniffed
    file_name: str


async def fetch(link: str, kind: str) -> Fetched:
    """Get the file behind a link.

    Raises:
        LinkError: there is none, or it is larger than anything that WhatsApp carries.
    """
    parts = urlsplit(link)
    name = PurePosixPath(unquote(parts.path)).name
    if _RESERVED.search((parts.hostname or "").lower()):
        return _invented(parts.path, name, kind)
    client = WebhookClient(SECONDS, longest_answer=LARGEST_INBOUND)
    try:
        for _ in range(4):
            answer = await client.request("GET", link, {"User-Agent": "facebookexternalua", "Accept": "*/*"})
            moved = answer.headers.get("location")
            if answer.status not in (301, 302, 303, 307, 308) or not moved:
                break
            link = urljoin(link, moved)
    except (DeliveryError, ssl.SSLError) as error:
        raise LinkError(str(error)) from error
    finally:
        client.close()
    if answer.status != 200 or not answer.body or not answer.is_whole:
        raise LinkError(f"status {answer.status}")
    sniffed = sniff(answer.body)
    mime_type = base_type(answer.headers.get("content-type", "")) or sniffed.mime_types[0]
    return Fetched(answer.body, mime_type, sniffed, name)


def _invented(path: str, name: str, kind: str) -> Fetched:
    if "404" in path:
        raise LinkError("status 404")
    told = _ENDINGS.get(PurePosixPath(path).suffix.lower())
    data = samples.data(samples.USUAL[kind if told is None else _family(told)])
    sniffed = sniff(data)
    return Fetched(data, told or sniffed.mime_types[0], sniffed, name)


def _family(mime_type: str) -> str:
    by_type = {"image/png": "receipt", "image/webp": "sticker", "audio/mpeg": "audio", "audio/ogg": "voice"}
    family = mime_type.partition("/")[0]
    return by_type.get(mime_type) or (family if family in ("image", "video") else "document")
