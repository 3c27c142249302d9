"""The media of all numbers: ids that live for days, links that live for minutes, on a clock of their own."""

import base64
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from integrations.simulator.media import samples
from integrations.simulator.media.blobs import Blobs
from integrations.simulator.media.sniff import Bytes, Sniffed, sniff
from integrations.simulator.store import Row, Store, storable

DAY = 86_400.0
LINK_SECONDS = 300
# Ids of files that customers sent, and of files that the business uploaded.
ID_SECONDS = {"inbound": 7 * DAY, "upload": 30 * DAY, "link": 600.0}
LINK_PATH = "/whatsapp_business/attachments/"


@dataclass(frozen=True, slots=True)
class Media:
    """One file under one id.

    Attributes:
        origin: "inbound" (of a customer), "upload" (of the business), "link" (fetched from the business's web).
        sha256: what webhooks and look-ups say, hexadecimal; may be made to lie.
        blob: the name of the bytes, their true SHA-256.
        facts: width, height and whether it is animated.
    """

    media_id: str
    phone_number_id: str
    user_id: str
    origin: str
    mime_type: str
    sha256: str
    blob: str
    size: int
    file_name: str
    facts: dict[str, Any]
    expires_at: float
    deleted: bool

    @property
    def sha256_base64(self) -> str:
        """The hash as webhooks write it."""
        try:
            return base64.b64encode(bytes.fromhex(self.sha256)).decode()
        except ValueError:
            return self.sha256

    @property
    def is_animated(self) -> bool:
        return bool(self.facts.get("animated"))

    def shown(self) -> dict[str, Any]:
        """What the phone page needs to show it."""
        return {
            "id": self.media_id, "mime_type": self.mime_type, "size": self.size, "file_name": self.file_name,
            **self.facts,
        }  # fmt: skip

    def noted(self, link: str | None = None) -> dict[str, Any]:
        """What the ledger keeps of it; an id of our own making for a link is none of the business's."""
        return {
            "id": None if link else self.media_id, "link": link, "mime_type": self.mime_type,
            "sha256": self.blob, "size": self.size, "file_name": self.file_name,
        }  # fmt: skip


def _media(row: Row) -> Media:
    return Media(
        media_id=row["media_id"], phone_number_id=row["phone_number_id"], user_id=row["user_id"],
        origin=row["origin"], mime_type=row["mime_type"], sha256=row["sha256"], blob=row["blob"], size=row["size"],
        file_name=row["file_name"], facts=json.loads(row["facts"]), expires_at=row["expires_at"],
        deleted=bool(row["deleted"]),
    )  # fmt: skip


class Shelf:
    """Keeps media, gives links to them, and lets both grow old."""

    def __init__(self, store: Store, blobs: Blobs) -> None:
        self._store = store
        self.blobs = blobs

    @property
    def ahead_seconds(self) -> float:
        """How far the clock of media runs ahead of the real one."""
        return float(self._store.setting("media_clock") or 0)

    def set_ahead(self, seconds: float) -> None:
        """Let ids and links be this much older than they are."""
        self._store.set_setting("media_clock", str(seconds))

    def now(self) -> float:
        """The time by which ids and links grow old."""
        return time.time() + self.ahead_seconds

    def add(
        self, phone_number_id: str, origin: str, blob: str, size: int, sniffed: Sniffed, *, mime_type: str = "",
        sha256: str = "", file_name: str = "", user_id: str = "", media_id: str = "",
    ) -> Media:  # fmt: skip
        """Give these bytes an id."""
        media_id = media_id or str(secrets.randbelow(9 * 10**15) + 10**15)
        facts = {"width": sniffed.width, "height": sniffed.height, "animated": sniffed.animated}
        now = self.now()
        self._store.run(
            "INSERT INTO media (media_id, phone_number_id, user_id, origin, mime_type, sha256, blob, size,"
            " file_name, facts, made_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            media_id, phone_number_id, user_id, origin, mime_type or sniffed.mime_types[0], sha256 or blob, blob,
            size, storable(file_name), json.dumps(facts), now, now + ID_SECONDS[origin],
        )  # fmt: skip
        found = self.find(media_id)
        if found is None:  # pragma: no cover - it was written one line above
            raise LookupError(media_id)
        return found

    def load(self, known: list[dict[str, Any]]) -> None:
        """Put samples on the shelf under ids that messages on the phones name, once."""
        for entry in known:
            media_id, name = str(entry["id"]), str(entry["sample"])
            if self.find(media_id) is None:
                data = samples.data(name)
                self.add(
                    str(entry["phone_number_id"]), "inbound", self.blobs.put(data), len(data), sniff(data),
                    mime_type=samples.SAMPLES[name][1], media_id=media_id,
                )  # fmt: skip

    def find(self, media_id: str) -> Media | None:
        """The media of an id, also when it is too old or deleted."""
        row = self._store.one("SELECT * FROM media WHERE media_id = ?", media_id)
        return _media(row) if row else None

    def usable(self, media_id: str) -> Media | None:
        """The media of an id that still counts."""
        media = self.find(media_id)
        return media if media is not None and self.is_alive(media) else None

    def is_alive(self, media: Media) -> bool:
        return not media.deleted and media.expires_at > self.now()

    def delete(self, media: Media) -> None:
        self._store.run("UPDATE media SET deleted = 1 WHERE media_id = ?", media.media_id)

    def data(self, media: Media) -> Bytes:
        """The bytes of a file.

        Raises:
            KeyError: they are gone.
        """
        return self.blobs.get(media.blob)

    def url(self, media: Media, base_url: str) -> str:
        """A link to the file that is good for five minutes."""
        until = str(int(self.now()) + LINK_SECONDS)
        query = {"mid": media.media_id, "source": "webhook", "ext": until}
        return f"{base_url}{LINK_PATH}?{urlencode({**query, 'hash': self._sign(media.media_id, until)})}"

    def of_link(self, query: dict[str, str]) -> Media | None:
        """The media of a link that was given out and is still good."""
        media_id, until = query.get("mid", ""), query.get("ext", "")
        is_ours = hmac.compare_digest(query.get("hash", "").encode(), self._sign(media_id, until).encode())
        if not is_ours or int(until) <= self.now():
            return None
        return self.usable(media_id)

    def _sign(self, media_id: str, until: str) -> str:
        secret = self._store.setting("link_secret")
        if secret is None:
            secret = secrets.token_hex(16)
            self._store.set_setting("link_secret", secret)
        digest = hmac.new(secret.encode(), f"{media_id} {until}".encode(), "sha256").hexdigest()
        return f"AT{digest[:28]}"

    def drop(self, blob: str) -> None:
        """Remove bytes that were refused, unless something else has the same."""
        if self._store.one("SELECT 1 FROM media WHERE blob = ?", blob) is None:
            self.blobs.remove(blob)

    def sweep(self) -> None:
        """Remove the bytes that no id leads to any more."""
        known = {row["blob"] for row in self._store.all("SELECT DISTINCT blob FROM media")}
        for name in self.blobs.names() - known:
            self.blobs.remove(name)
