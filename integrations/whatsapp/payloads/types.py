"""What a webhook body says, in neutral types that the inbox understands without knowing Meta's JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

MessageType = Literal[
    "text",
    "image",
    "video",
    "audio",
    "document",
    "sticker",
    "location",
    "contacts",
    "button",
    "interactive",
    "order",
    "unsupported",
    "unknown",
]
MediaKind = Literal["image", "video", "audio", "document", "sticker"]
StatusName = Literal["sent", "delivered", "read", "played", "failed"]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote. At least one of `phone` and `bsuid` is there.

    Attributes:
        phone: digits without a plus; None when the person withholds it.
        bsuid: Meta's id of the person within the business portfolio, opaque.
        username: a display name that may change, never a key.
    """

    phone: str | None
    bsuid: str | None
    parent_bsuid: str | None = None
    username: str | None = None
    profile_name: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What a message refers to. `wamid` may name a message that we never saw."""

    wamid: str | None
    forwarded: bool = False
    frequently_forwarded: bool = False


@dataclass(frozen=True, slots=True)
class InboundMedia:
    """The file of a message, as the customer's phone and Meta describe it: claims, to be checked against the bytes.

    Attributes:
        media_id: Meta's id of the file, good for 7 days; None when Meta named none.
        mime_type: without parameters.
        sha256: in hexadecimal digits; empty when Meta gave none that can be read.
        file_name: as the sender spelt it, fit for nothing yet.
    """

    kind: MediaKind
    media_id: str | None
    mime_type: str = ""
    sha256: str = ""
    file_name: str = ""
    is_voice: bool = False
    is_animated: bool = False


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A customer's message that belongs in a thread.

    Attributes:
        pointer: place in the body, such as `entry/0/changes/2/value/messages/5`.
        sent_at: Meta's second in UTC, never later than the moment of reception.
        is_time_certain: False when Meta gave no readable time, so that nothing automatic follows from it.
        type: as our API names it; whatever is not understood is "unknown".
        raw_type: Meta's word for the type, cut to 40 characters; empty when there was none.
        text: the best plain text of it (body, caption, title of a button…), empty when it has none.
        opens_window: whether the customer service window starts again at `sent_at`.
        content: the rest, safe for JSON columns: media ids, coordinates, referral, errors…
        media: the file that it carries.
    """

    pointer: str
    phone_number_id: str | None
    waba_id: str | None
    wamid: str
    sent_at: datetime
    is_time_certain: bool
    sender: Sender
    type: MessageType
    raw_type: str
    text: str
    context: Context | None
    opens_window: bool
    content: dict[str, Any] = field(default_factory=dict)
    media: InboundMedia | None = None


@dataclass(frozen=True, slots=True)
class StatusError:
    """Why Meta did not deliver. Decide on `code`; the texts are for people and change."""

    code: int | None
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Pricing:
    """What Meta says a message costs.

    Attributes:
        type: "regular" is charged, "free_customer_service", "free_entry_point"… are not; empty before 2025-07
        category: such as "marketing" or "authentication_international", always with underscores.
    """

    model: str
    type: str
    category: str


@dataclass(slots=True)
class StatusUpdate:
    """What became of a message of ours.

    Not frozen: a campaign brings hundreds of thousands, and a frozen dataclass takes twice as long to make.
    """

    pointer: str
    phone_number_id: str | None
    waba_id: str | None
    wamid: str
    status: StatusName
    at: datetime
    recipient_phone: str | None
    recipient_bsuid: str | None
    callback_data: str | None
    error: StatusError | None
    pricing: Pricing | None


@dataclass(frozen=True, slots=True)
class Other:
    """Something that was understood, or at least recognised, and has no effect on a thread.

    Attributes:
        field: the webhook field that it came by, such as "account_update".
        kind: our word for it, such as "echo", "reaction", "template_status"; "unknown_field" for new fields.
        data: all of it, safe for JSON columns.
    """

    pointer: str
    field: str
    kind: str
    phone_number_id: str | None
    waba_id: str | None
    data: dict[str, Any]


Item = InboundMessage | StatusUpdate | Other


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of the body that could not be read. Its neighbours were.

    Attributes:
        code: `unreadable` (the whole body), `not_an_object`, `not_a_list`, `no_id`, `no_sender`, `no_status`
            or `unexpected`.
        reason: one sentence without any of the customer's words.
    """

    pointer: str
    code: str
    reason: str


@dataclass(slots=True)
class Reading:
    """Everything that was found in one body, in its order."""

    items: list[Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
