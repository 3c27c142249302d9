"""Pictures: their size, a thumbnail made anew, and what may be sent of them."""

from __future__ import annotations

import os
import warnings
from typing import Any

from PIL import Image, ImageOps

from inbox.files.inspector.troubles import Trouble

MOST_PIXELS = 64_000_000
_LONGEST_SIDE = 20_000
_THUMBNAIL_SIDE = 720
_DRAFT_SIDE = 2 * _THUMBNAIL_SIDE
_FORMATS = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/gif": ("GIF",),
    "image/webp": ("WEBP",),
}
_ORIENTATION = 0x0112
_TURNED = (5, 6, 7, 8)
_PLAIN = {"JPEG": ("RGB", "L"), "PNG": ("RGB", "RGBA")}
# What Pillow keeps of a file that says nothing of where, when and by what it was taken.
_HARMLESS = {
    "jfif",
    "jfif_version",
    "jfif_unit",
    "jfif_density",
    "adobe",
    "adobe_transform",
    "dpi",
    "gamma",
    "srgb",
    "interlace",
    "progression",
    "progressive",
    "transparency",
    "aspect",
    "chromaticity",
    "icc_profile",
}

# The limits are ours; a warning about a bomb would only be written to a log.
Image.MAX_IMAGE_PIXELS = None
warnings.simplefilter("ignore")


def look(path: str, mime_type: str, *, thumbnail: str | None) -> dict[str, Any]:
    """Measure a picture, and write its thumbnail: turned upright, without anything but its pixels.

    Raises:
        Trouble: `too_many_pixels` (nothing of it was decoded), or `damaged` with its size.
    """
    with _open(path, mime_type) as picture:
        width, height = _upright_size(picture)
        found = {
            "width": width,
            "height": height,
            "is_animated": bool(getattr(picture, "is_animated", False)),
        }
        if thumbnail:
            try:
                _write_thumbnail(picture, thumbnail)
            except Exception as error:
                raise Trouble("damaged", **found) from error
    return {**found, "has_thumbnail": bool(thumbnail)}


def prepare(path: str, mime_type: str, target: str, *, max_bytes: int) -> dict[str, Any]:
    """Write the picture as it may be sent: JPEG or PNG of 8 bits, upright, without place, time and camera.

    The answer's `mime_type` is the target's; empty when the file may be sent as it is, and nothing was written.
    """
    with _open(path, mime_type) as picture:
        if getattr(picture, "is_animated", False) and mime_type != "image/jpeg":
            raise Trouble("animated")
        if _may_be_sent_as_it_is(picture, mime_type):
            picture.load()
            return {"mime_type": ""}
        upright = ImageOps.exif_transpose(picture)
        if mime_type == "image/jpeg":
            was_turned = upright.size != picture.size or picture.getexif().get(_ORIENTATION, 1) != 1
            return _write_jpeg(upright, target, keep=picture if not was_turned else None)
        return _write_smallest(upright, target, max_bytes)


def thumbnail_of(picture: Image.Image, target: str) -> None:
    """Write a thumbnail of a decoded picture."""
    has_alpha = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    small = picture.convert("RGBA" if has_alpha else "RGB")
    small.thumbnail((_THUMBNAIL_SIDE, _THUMBNAIL_SIDE))
    # A new picture carries none of the old one's notes.
    clean = Image.frombytes(small.mode, small.size, small.tobytes())
    clean.save(target, "WEBP", quality=80, method=3)


def _open(path: str, mime_type: str) -> Image.Image:
    """Open a picture as the one format that its bytes begin with, and look at its size before decoding it."""
    formats = _FORMATS.get(mime_type)
    if formats is None:
        raise Trouble("unreadable")
    picture = Image.open(path, formats=formats)
    width, height = picture.size
    if width * height > MOST_PIXELS or max(width, height) > _LONGEST_SIDE:
        picture.close()
        raise Trouble("too_many_pixels", width=width, height=height)
    return picture


def _upright_size(picture: Image.Image) -> tuple[int, int]:
    width, height = picture.size
    return (height, width) if picture.getexif().get(_ORIENTATION) in _TURNED else (width, height)


def _write_thumbnail(picture: Image.Image, target: str) -> None:
    picture.draft("RGB", (_DRAFT_SIDE, _DRAFT_SIDE))
    thumbnail_of(ImageOps.exif_transpose(picture), target)


def _may_be_sent_as_it_is(picture: Image.Image, mime_type: str) -> bool:
    plain = _PLAIN.get({"image/jpeg": "JPEG", "image/png": "PNG"}.get(mime_type, ""), ())
    return (
        picture.mode in plain
        and picture.format != "MPO"
        and set(picture.info) <= _HARMLESS
        and not _texts(picture)
    )


def _texts(picture: Image.Image) -> bool:
    return bool(getattr(picture, "text", None)) if picture.format == "PNG" else False


def _write_jpeg(picture: Image.Image, target: str, *, keep: Image.Image | None) -> dict[str, Any]:
    profile = picture.info.get("icc_profile")
    if keep is not None and picture.mode in _PLAIN["JPEG"] and keep.format == "JPEG":
        # With its own tables, so that next to nothing is lost.
        keep.save(target, "JPEG", quality="keep", icc_profile=profile, exif=b"", comment=b"")
    else:
        picture.convert("RGB").save(target, "JPEG", quality=92, icc_profile=profile, exif=b"", comment=b"")
    return {"mime_type": "image/jpeg"}


def _write_smallest(picture: Image.Image, target: str, max_bytes: int) -> dict[str, Any]:
    """Write PNG; a picture that is too large for it, and not transparent, as JPEG."""
    has_alpha = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    plain = picture.convert("RGBA" if has_alpha else "RGB")
    clean = Image.frombytes(plain.mode, plain.size, plain.tobytes())
    clean.save(target, "PNG")
    if os.path.getsize(target) <= max_bytes or has_alpha:
        return {"mime_type": "image/png"}
    clean.save(target, "JPEG", quality=92)
    return {"mime_type": "image/jpeg"}
