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
Side = Literal["contact", "us"]
IdentityChangeKind = Literal["number_changed", "user_id_changed", "identity_changed"]
PreferenceValue = Literal["stop", "resume", "signup"]
Severity = Literal["info", "warning", "critical"]


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
class Referral:
    """The ad or post that a customer came from. What Meta does not say is empty, or None for its pictures."""

    source_type: str
    source_id: str
    source_url: str
    headline: str
    body: str
    media_type: str
    image_url: str | None
    video_url: str | None
    thumbnail_url: str | None
    ctwa_clid: str | None


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
        content: what its kind holds beside the text, in our words, safe for JSON columns; see `contents`.
        media: the file that it carries.
        referral: the ad or post that it came from.
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
    referral: Referral | None = None


@dataclass(frozen=True, slots=True)
class Echo:
    """A message that somebody of the business wrote in the WhatsApp Business app of the number.

    Attributes:
        message: as if the customer had written it: its `sender` is the one whom it was written to.
    """

    message: InboundMessage

    @property
    def pointer(self) -> str:
        return self.message.pointer

    @property
    def phone_number_id(self) -> str | None:
        return self.message.phone_number_id

    @property
    def waba_id(self) -> str | None:
        return self.message.waba_id


@dataclass(frozen=True, slots=True)
class Reaction:
    """One side's reaction to a message; it replaces the one before.

    Attributes:
        target: wamid of the message, which may be unknown to us.
        emoji: empty when the reaction was taken back.
    """

    pointer: str
    phone_number_id: str | None
    waba_id: str | None
    wamid: str
    sent_at: datetime
    side: Side
    target: str
    emoji: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A message says something else now.

    Attributes:
        wamid: of the edit itself; a later edit may name it instead of the message.
        target: wamid of what is edited.
        text: the new text or caption.
    """

    pointer: str
    phone_number_id: str | None
    waba_id: str | None
    wamid: str
    sent_at: datetime
    side: Side
    target: str
    text: str


@dataclass(frozen=True, slots=True)
class Revoke:
    """A message was deleted for everyone."""

    pointer: str
    phone_number_id: str | None
    waba_id: str | None
    wamid: str
    sent_at: datetime
    side: Side
    target: str


@dataclass(frozen=True, slots=True)
class IdentityChange:
    """A person has a new number or id, or another phone.

    Attributes:
        wamid: of the line in the thread; None when it came by a field of its own.
        previous: how the person was known; None when Meta does not say.
        current: how they are known from now on; None for `identity_changed`, which changes no id.
    """

    pointer: str
    phone_number_id: str | None
    waba_id: str | None
    wamid: str | None
    sent_at: datetime
    kind: IdentityChangeKind
    previous: Sender | None
    current: Sender | None


@dataclass(frozen=True, slots=True)
class Preference:
    """Whether a person wants marketing messages."""

    pointer: str
    phone_number_id: str | None
    waba_id: str | None
    person: Sender
    value: PreferenceValue
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class AccountNotice:
    """What Meta tells about an account, a number or a template.

    Attributes:
        kind: our word for it, such as "template_status" or "phone_number_quality".
        phone: digits of the number that it is about, None for the account as a whole.
        is_time_certain: False when Meta gave no time.
        data: what it says, in our words, with the rest of it under `details`.
        quality, throughput, messaging_limit: what the number has from now on, None if it is not about that.
    """

    pointer: str
    phone_number_id: str | None
    waba_id: str | None
    kind: str
    severity: Severity
    sent_at: datetime
    is_time_certain: bool
    phone: str | None
    data: dict[str, Any]
    quality: str | None = None
    throughput: str | None = None
    messaging_limit: str | None = None


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
        kind: our word for it, such as "call", "history", "group_message"; "unknown_field" for new fields.
        data: all of it, safe for JSON columns.
    """

    pointer: str
    field: str
    kind: str
    phone_number_id: str | None
    waba_id: str | None
    data: dict[str, Any]


Change = Reaction | Edit | Revoke
Item = InboundMessage | StatusUpdate | Echo | Change | IdentityChange | Preference | AccountNotice | Other


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
