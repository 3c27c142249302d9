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

_SECRET_NAMES = re.compile(r"token|secret|password|authorization|cookie|api_?key|signature", re.IGNORECASE)
_SECRET_VALUES = re.compile(r"(Bearer\s+|OAuth\s+|bdj_|EAA|sk-)[A-Za-z0-9._\-]{8,}")
_PHONES = re.compile(r"\+\d{8,15}\b")

Entry = MutableMapping[str, Any]


def without_secrets(logger: object, method: str, entry: Entry) -> Entry:
    """Mask what looks like a secret or a phone number, by name and by shape."""
    for name, value in entry.items():
        if _SECRET_NAMES.search(name):
            entry[name] = "…"
        elif isinstance(value, str):
            entry[name] = _PHONES.sub("+…", _SECRET_VALUES.sub(r"\1…", value))
    return entry


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
            "rq": {"level": "WARNING"},
            "axes": {"level": "WARNING"},
        },
    }


def configure(settings: dict[str, Any]) -> None:
    """Set up logging; Django calls it with `LOGGING`."""
    logging.config.dictConfig(settings)
