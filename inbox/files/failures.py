"""Why a file of a customer could not be had, in plain words: data, as Meta's error codes are."""

from __future__ import annotations

from typing import Any

# Spanish, English.
_TITLES: dict[str, tuple[str, str]] = {
    "missing": ("WhatsApp no dijo de qué archivo se trata.", "WhatsApp did not say which file it is."),
    "gone": ("El archivo ya no está en WhatsApp.", "The file is no longer at WhatsApp."),
    "too_large": ("El archivo pesa más de 100 MB.", "The file is larger than 100 MB."),
    "timed_out": ("WhatsApp tardó demasiado en entregarlo.", "WhatsApp took too long to hand it over."),
    "broken": ("La descarga se cortó a medias.", "The download broke off halfway."),
    "unreachable": ("No se pudo llegar a WhatsApp.", "WhatsApp could not be reached."),
    "refused": (
        "WhatsApp no permite descargarlo con los permisos de este número.",
        "WhatsApp does not allow it to be downloaded with the permissions of this number.",
    ),
    "wrong_type": ("Lo que llegó no es el archivo que se envió.", "What came is not the file that was sent."),
    "empty": ("El archivo llegó vacío.", "The file came empty."),
    "no_room": ("No queda espacio en el servidor.", "The server has no room left."),
    "channel_inactive": ("El número ya no está conectado.", "The number is not connected any more."),
    "unexpected": ("Algo falló de nuestro lado.", "Something went wrong on our side."),
}
# What the next try would find just the same.
FINAL = frozenset({"missing", "too_large"})


def failure(code: str) -> dict[str, Any] | None:
    """Render a failure in both languages; None when there is none."""
    if not code:
        return None
    spanish, english = _TITLES.get(code, _TITLES["unexpected"])
    return {"code": code, "title": {"es": spanish, "en": english}}
