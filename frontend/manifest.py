"""Which files the client's build consists of, as Vite's manifest says."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static

logger = logging.getLogger(__name__)

ENTRY = "src/main.tsx"
TEXTS = "src/i18n/{}.ts"


@dataclass(frozen=True, slots=True)
class ClientBuild:
    """Addresses of what the shell page loads, in order."""

    script: str
    styles: tuple[str, ...]
    preloads: tuple[str, ...]
    fonts: tuple[str, ...]
    # Of each language what its texts are in. The entry asks for them when it runs; the page has them fetched with it.
    texts: Mapping[str, tuple[str, ...]]


def read(manifest: dict[str, Any]) -> ClientBuild:
    """Collect the entry's files, and those of the chunks that it always imports.

    Raises:
        KeyError: the manifest has no such entry.
    """
    chunks = _with_imports(manifest, ENTRY)
    return ClientBuild(
        script=_address(chunks[0]["file"]),
        # What is imported comes first: later styles win.
        styles=tuple(
            dict.fromkeys(_address(css) for chunk in reversed(chunks) for css in chunk.get("css", []))
        ),
        preloads=tuple(_address(chunk["file"]) for chunk in chunks[1:]),
        # The one that shows the first words; the rest is fetched when its letters appear.
        fonts=tuple(
            dict.fromkeys(
                _address(asset)
                for chunk in chunks
                for asset in chunk.get("assets", [])
                if asset.endswith(".woff2") and "latin-wght" in asset
            )
        ),
        texts={
            code: tuple(
                _address(chunk["file"]) for chunk in _with_imports(manifest, name) if chunk not in chunks
            )
            for code, _ in settings.LANGUAGES
            if (name := TEXTS.format(code)) in manifest
        },
    )


def _with_imports(manifest: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return a chunk and all that it always imports, itself first."""
    chunks = [manifest[name]]
    for chunk in chunks:
        chunks += [manifest[name] for name in chunk.get("imports", []) if manifest[name] not in chunks]
    return chunks


def _address(file: str) -> str:
    return static(f"client/{file}")


class Manifest:
    """The build on disk, read again when it has changed: a stat a page is cheap, and a new build is seen at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed_at = 0
        self._build: ClientBuild | None = None

    def build(self) -> ClientBuild | None:
        """Return the build, None while there is none."""
        try:
            changed_at = self._path.stat().st_mtime_ns
            if changed_at != self._changed_at:
                self._build = read(json.loads(self._path.read_text()))
                self._changed_at = changed_at
        except FileNotFoundError:
            self._build, self._changed_at = None, 0
        except (ValueError, KeyError, TypeError) as error:
            # A build that is being written: the next page looks again, and meanwhile the old one may still do.
            logger.warning("client.manifest_unreadable", extra={"reason": repr(error)[:200]})
        return self._build


client = Manifest(settings.CLIENT_DIST / ".vite" / "manifest.json")
