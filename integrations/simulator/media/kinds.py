"""Which files WhatsApp takes for which kind of message, and how large they may be."""

from integrations.simulator.graph.errors import GraphError
from integrations.simulator.media.sniff import Bytes, Sniffed, base_type, sniff

KB, MB = 1024, 1024 * 1024
LARGEST_INBOUND = 100 * MB
KINDS = ("image", "video", "audio", "document", "sticker")

# In the order in which Meta lists them.
UPLOAD_TYPES = (
    "audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg", "audio/opus",
    "application/vnd.ms-powerpoint", "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/pdf", "text/plain",
    "application/vnd.ms-excel", "image/jpeg", "image/png", "image/webp", "video/mp4", "video/3gpp",
)  # fmt: skip
_LARGEST = {"image": 5 * MB, "video": 16 * MB, "audio": 16 * MB, "document": 100 * MB}
_LARGEST_STICKER = {False: 100 * KB, True: 500 * KB}


def kind_of(mime_type: str) -> str:
    """The kind of message that a type is for."""
    base = base_type(mime_type)
    if base == "image/webp":
        return "sticker"
    family = base.partition("/")[0]
    return family if family in ("image", "video", "audio") else "document"


def check_upload(mime_type: str, data: Bytes) -> Sniffed:
    """Let a file through that Meta would take, and tell what it is.

    Raises:
        GraphError: 100 for a type that nobody may upload; 131053 when the file is too large or something else.
    """
    base = base_type(mime_type)
    if base not in UPLOAD_TYPES:
        listed = ", ".join(UPLOAD_TYPES)
        sentence = f"Param file must be a file with one of the following types: {listed}. "
        raise GraphError(100, "-", message=f"(#100) {sentence}Received file of type '{base}'.")
    found = sniff(data)
    if not found.fits(base):
        raise GraphError(131053, f"The file is not of type {base}: its content is {found.mime_types[0]}.")
    if found.flaw:
        raise GraphError(131053, found.flaw)
    check_size(kind_of(base), len(data), animated=found.animated)
    return found


def check_size(kind: str, size: int, *, animated: bool = False) -> None:
    """Let a file of this size through.

    Raises:
        GraphError: 131053.
    """
    if kind == "sticker":
        # An image/webp is only known as static or animated from its bytes.
        most = _LARGEST_STICKER[animated]
        name, shown = ("Animated sticker" if animated else "Sticker"), f"{most // KB}KB"
    else:
        most = _LARGEST[kind]
        name, shown = kind.capitalize(), f"{most // MB}MB"
    if size > most:
        raise GraphError(131053, f"{name} file size exceeds the {shown} limit")


def check_message(kind: str, mime_type: str, size: int, *, animated: bool, voice: bool) -> None:
    """Let a file go out as a message of this kind.

    Raises:
        GraphError: 131053.
    """
    base = base_type(mime_type)
    if base not in UPLOAD_TYPES or kind_of(base) != kind:
        raise GraphError(131053, f"Unsupported {kind.capitalize()} mime type {base}.")
    if voice and base not in ("audio/ogg", "audio/opus"):
        raise GraphError(131053, f"Voice messages must be OGG files with the OPUS codec, not {base}.")
    check_size(kind, size, animated=animated)
