"""Structured logs, with organisation and request named by the logger.

No token, text or phone number goes into a log: call sites give ids and codes, and the filter here is the last net.
"""

from __future__ import annotations

import logging
import logging.config
import re
from collections.abc import MutableMapping
from typing import Any

import structlog
from django.http import HttpRequest

_SECRET_NAMES = re.compile(r"token|secret|password|authorization|cookie|api[-_]?key|signature", re.IGNORECASE)
_PRIVATE_NAMES = {
    "text",
    "body",
    "caption",
    "payload",
    "content",
    "phone",
    "wa_id",
    "recipient",
    "to",
    "email",
}
_SECRET_VALUES = re.compile(r"(Bearer\s+|OAuth\s+|bdj_|EAA|sk-)[A-Za-z0-9._\-]{8,}")
_SECRET_PARAMETERS = re.compile(r"((?:token|secret|password|key|signature)=)[^&\s'\"]+", re.IGNORECASE)
_PHONES = re.compile(r"\+\d{8,15}\b")
# In what PostgreSQL says of an error stand the values of the row.
_DETAILS = re.compile(r"DETAIL:.*?(?=\n\n(?:The above|During handling)|\Z)", re.DOTALL)
_LONG_NUMBERS = re.compile(r"(?<![\w.])\d{10,15}(?![\w.])")

Entry = MutableMapping[str, Any]


def without_secrets(logger: object, method: str, entry: Entry) -> Entry:
    """Mask what looks like a secret, a message or a phone number, by name and by shape."""
    for name in list(entry):
        # structlog's own notes, which it takes out itself.
        if not name.startswith("_"):
            entry[name] = _masked(name, entry[name])
    exception = entry.get("exception")
    if isinstance(exception, str):
        entry["exception"] = _LONG_NUMBERS.sub("…", _DETAILS.sub("DETAIL: …", exception))
    return entry


def _masked(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if _SECRET_NAMES.search(name) or name.lower() in _PRIVATE_NAMES:
        return "…"
    if isinstance(value, dict):
        return {key: _masked(str(key), part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(name, part) for part in value]
    if isinstance(value, HttpRequest):
        # Without its query, in which people search for names and numbers.
        return f"{value.method} {value.path}"
    text = value if isinstance(value, str) else repr(value)
    return _PHONES.sub("+…", _SECRET_PARAMETERS.sub(r"\1…", _SECRET_VALUES.sub(r"\1…", text)))


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    without_secrets,
]


def logging_settings(mode: str) -> dict[str, Any]:
    """Return the settings of `logging`: JSON lines in production, readable lines elsewhere."""
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if mode == "production"
        else structlog.processors.KeyValueRenderer(
            key_order=["timestamp", "level", "event"], drop_missing=True
        )
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["console"], "level": "INFO" if mode != "test" else "WARNING"},
        "loggers": {
            "daphne": {"level": "WARNING"},
            "django.channels": {"level": "WARNING"},
            "uvicorn.access": {"level": "WARNING"},
            # It writes a traceback each second while Redis is away; `ringing.unheard` says it shorter.
            "channels_redis": {"level": "CRITICAL"},
            "rq": {"level": "WARNING"},
            "axes": {"level": "WARNING"},
        },
    }


def configure(settings: dict[str, Any]) -> None:
    """Set up logging; Django calls it with `LOGGING`."""
    logging.config.dictConfig(settings)
