"""Secrets of the installation: from the environment, or from one 0600 file in the data directory.

Production takes them from the environment only and refuses to start without.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Secrets:
    """
    Attributes:
        django_key: signs sessions and tokens.
        encryption_keys: id → 32 bytes; the first one encrypts, all of them decrypt.
        demo_seed: from which the demo's passwords and keys are derived.
    """

    django_key: str
    encryption_keys: dict[str, bytes]
    demo_seed: str


class SecretsMissing(RuntimeError):
    """Production was started without secrets in the environment."""


def from_environment(environ: dict[str, str]) -> Secrets:
    """Read `SECRET_KEY` and `BANDEJA_ENCRYPTION_KEYS` (`id:base64,id:base64`).

    Raises:
        SecretsMissing: one of them is missing or malformed.
    """
    key = environ.get("SECRET_KEY", "")
    if len(key) < 32:
        raise SecretsMissing("SECRET_KEY must be set in production, with at least 32 characters.")
    pairs = [part.split(":", 1) for part in environ.get("BANDEJA_ENCRYPTION_KEYS", "").split(",") if part]
    try:
        keys = {name.strip(): base64.b64decode(value, validate=True) for name, value in pairs}
    except ValueError as error:
        raise SecretsMissing(
            "BANDEJA_ENCRYPTION_KEYS must be id:base64 pairs, separated by commas."
        ) from error
    if not all(keys) or len(keys) < len(pairs):
        raise SecretsMissing("BANDEJA_ENCRYPTION_KEYS must give each key an id of its own.")
    if not keys or any(len(value) != 32 for value in keys.values()):
        raise SecretsMissing("BANDEJA_ENCRYPTION_KEYS must hold at least one key of 32 bytes in base64.")
    return Secrets(django_key=key, encryption_keys=keys, demo_seed="")


@lru_cache(maxsize=8)
def from_data_dir(data_dir: Path) -> Secrets:
    """Read `secrets.json` of the data directory; make it when it is not there."""
    path = data_dir / "secrets.json"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        fresh = {
            "django_key": secrets.token_urlsafe(50),
            "encryption_keys": {"k1": base64.b64encode(secrets.token_bytes(32)).decode()},
            "demo_seed": secrets.token_urlsafe(32),
        }
        draft = path.with_name(f".secrets.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(fresh, file)
            file.flush()
            os.fsync(file.fileno())
        try:
            # link() fails when another process was quicker, so that both read the same file.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    if path.stat().st_mode & 0o077:
        # Copied by somebody, or restored from a backup.
        path.chmod(0o600)
    read = json.loads(path.read_text())
    return Secrets(
        django_key=read["django_key"],
        encryption_keys={name: base64.b64decode(value) for name, value in read["encryption_keys"].items()},
        demo_seed=read["demo_seed"],
    )
