"""What the API answers, for the schema. The bytes come from the renderers; a contract test holds the two together."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers as s

from api.serializers.contents import ContentField, Referral

Shape = s.Serializer[Any]

ROLES = ["owner", "manager", "agent"]
CONVERSATION_STATUSES = ["none", "unassigned", "open", "closed"]
MESSAGE_STATUSES = [
    "queued",
    "sending",
    "accepted",
    "sent",
    "delivered",
    "read",
    "played",
    "failed",
    "unknown",
]
DIRECTIONS = ["inbound", "outbound"]
MEMBER_STATUSES = ["invited", "active", "suspended"]
LANGUAGES = ["es", "en"]
AUTHOR_KINDS = ["contact", "member", "api", "assistant", "system"]
IDENTITY_KINDS = ["phone", "bsuid", "parent_bsuid"]
DELIVERY_STATES = ["pending", "processed", "failed"]
ATTACHMENT_KINDS = ["image", "video", "audio", "document", "sticker"]
ATTACHMENT_STATES = ["waiting", "stored", "failed"]
REACTION_SIDES = ["contact", "us"]
FORWARDED = ["forwarded", "frequently"]
ORIGINS = ["phone"]
STATUS_FILTERS = ["all", "unassigned", "open", "closed"]


class ErrorBody(Shape):
    code = s.CharField(help_text="Stable; decide on this.")
    message = s.CharField(help_text="For people, in their language.")
    details = s.DictField()


class ErrorAnswer(Shape):
    error = ErrorBody()


class OrganizationShape(Shape):
    id = s.IntegerField()
    slug = s.SlugField()
    name = s.CharField()
    timezone = s.CharField(help_text="IANA name.")
    ticket_management = s.BooleanField()
    agents_see_unassigned = s.BooleanField()


class OrganizationRef(Shape):
    slug = s.SlugField()
    name = s.CharField()
    role = s.ChoiceField(choices=ROLES)


class PersonShape(Shape):
    id = s.IntegerField()
    email = s.EmailField()
    name = s.CharField()


class OwnMembership(Shape):
    id = s.IntegerField()
    name = s.CharField()
    role = s.ChoiceField(choices=ROLES)


class Permissions(Shape):
    see_all = s.BooleanField()
    assign_others = s.BooleanField()
    take_unassigned = s.BooleanField()
    manage_settings = s.BooleanField()


class Preferences(Shape):
    language = s.ChoiceField(choices=LANGUAGES)


class StreamHead(Shape):
    stream_id = s.UUIDField()
    seq = s.IntegerField()


class Me(Shape):
    user = PersonShape(allow_null=True, help_text="Null for an API key.")
    organizations = OrganizationRef(many=True)
    organization = OrganizationShape(allow_null=True, help_text="Null when the request names none.")
    membership = OwnMembership(allow_null=True)
    permissions = Permissions(allow_null=True)
    preferences = Preferences()
    events = StreamHead(allow_null=True)


class Member(Shape):
    id = s.IntegerField()
    name = s.CharField()
    email = s.EmailField()
    role = s.ChoiceField(choices=ROLES)
    status = s.ChoiceField(choices=MEMBER_STATUSES)


class MemberRef(Shape):
    id = s.IntegerField()
    name = s.CharField()


class ContactRef(Shape):
    id = s.IntegerField()
    name = s.CharField()
    phone = s.CharField(allow_null=True, help_text="E.164 with +; null when the person withholds it.")
    username = s.CharField(allow_null=True)


class ChannelRef(Shape):
    id = s.IntegerField()
    name = s.CharField()
    phone = s.CharField()


class OpenTicket(Shape):
    id = s.IntegerField()
    opened_at = s.DateTimeField()


class LastReaction(Shape):
    side = s.ChoiceField(choices=REACTION_SIDES)
    emoji = s.CharField()


class LastMessage(Shape):
    id = s.IntegerField()
    direction = s.ChoiceField(choices=DIRECTIONS)
    type = s.CharField()
    raw_type = s.CharField(allow_null=True, help_text="As WhatsApp calls it, of a type that we do not know.")
    preview = s.CharField(allow_blank=True)
    deleted_at = s.DateTimeField(allow_null=True)
    status = s.ChoiceField(choices=MESSAGE_STATUSES, allow_null=True)
    is_voice = s.BooleanField(help_text="Spoken into the phone, and no song.")
    duration_ms = s.IntegerField(allow_null=True, help_text="Of a voice note, song or film.")
    file_name = s.CharField(allow_blank=True, help_text="Of the file that it carries.")
    reaction = LastReaction(allow_null=True, help_text="The newest one to it, if it came later.")
    occurred_at = s.DateTimeField()


class Conversation(Shape):
    id = s.IntegerField()
    contact = ContactRef()
    channel = ChannelRef()
    status = s.ChoiceField(choices=CONVERSATION_STATUSES)
    assignee = MemberRef(allow_null=True)
    ticket = OpenTicket(allow_null=True)
    unread_count = s.IntegerField()
    last_message = LastMessage(allow_null=True)
    last_activity_at = s.DateTimeField()
    last_inbound_at = s.DateTimeField(allow_null=True)
    window_closes_at = s.DateTimeField(
        allow_null=True, help_text="End of the 24-hour window, by Meta's clock."
    )
    created_at = s.DateTimeField()


class Counts(Shape):
    unassigned = s.IntegerField()
    open = s.IntegerField()
    closed = s.IntegerField()
    all = s.IntegerField()


class Author(Shape):
    kind = s.ChoiceField(choices=AUTHOR_KINDS)
    id = s.IntegerField(allow_null=True)
    name = s.CharField(allow_blank=True)


class BothLanguages(Shape):
    es = s.CharField()
    en = s.CharField()


class MessageError(Shape):
    code = s.IntegerField(allow_null=True, help_text="Meta's code.")
    title = BothLanguages()
    advice = BothLanguages()
    owner_advice = BothLanguages(help_text="The same for owners, whom the others are told to ask.")
    detail = s.CharField(allow_blank=True)

    def get_fields(self) -> dict[str, s.Field[Any, Any, Any, Any]]:
        return {**super().get_fields(), "class": s.CharField()}


class Quoted(Shape):
    id = s.IntegerField(allow_null=True, help_text="Null when the quoted message is not known here.")
    direction = s.ChoiceField(choices=DIRECTIONS, allow_null=True)
    type = s.CharField(allow_null=True)
    author_name = s.CharField(allow_blank=True)
    preview = s.CharField(allow_blank=True)
    deleted_at = s.DateTimeField(allow_null=True)


class FileFailure(Shape):
    code = s.CharField()
    title = BothLanguages()


class Attachment(Shape):
    id = s.IntegerField()
    kind = s.ChoiceField(choices=ATTACHMENT_KINDS, help_text="As what it is shown; its bytes decide.")
    state = s.ChoiceField(
        choices=ATTACHMENT_STATES, help_text="`waiting`: still to be fetched; `failed`: it cannot be had."
    )
    is_voice = s.BooleanField()
    is_animated = s.BooleanField()
    mime_type = s.CharField(allow_blank=True)
    file_name = s.CharField(allow_blank=True)
    size_bytes = s.IntegerField(allow_null=True)
    width = s.IntegerField(allow_null=True)
    height = s.IntegerField(allow_null=True)
    duration_ms = s.IntegerField(allow_null=True)
    waveform = s.ListField(child=s.IntegerField(), help_text="Up to 64 levels from 0 to 100.")
    url = s.CharField(allow_null=True, help_text="Null until it is stored.")
    thumbnail_url = s.CharField(allow_null=True)
    playable_url = s.CharField(
        allow_null=True,
        help_text="A copy that every browser plays; null when the original is such, or there is none.",
    )
    failure = FileFailure(allow_null=True, help_text="Also while it waits: why the last try failed.")


class Reaction(Shape):
    side = s.ChoiceField(choices=REACTION_SIDES)
    emoji = s.CharField()
    member = MemberRef(allow_null=True, help_text="Who of us; null for the customer and for the phone app.")


class MessageEdit(Shape):
    text = s.CharField(allow_blank=True, help_text="What it said until then.")
    edited_at = s.DateTimeField()


class MediaLimit(Shape):
    mime_types = s.ListField(child=s.CharField())
    max_bytes = s.IntegerField()


class StickerLimit(MediaLimit):
    max_bytes_animated = s.IntegerField()


class MediaLimits(Shape):
    image = MediaLimit()
    video = MediaLimit()
    audio = MediaLimit()
    document = MediaLimit()
    sticker = StickerLimit()
    voice = MediaLimit()


class Message(Shape):
    id = s.IntegerField()
    conversation_id = s.IntegerField()
    direction = s.ChoiceField(choices=DIRECTIONS)
    type = s.CharField()
    raw_type = s.CharField(allow_null=True)
    text = s.CharField(allow_blank=True)
    content = ContentField(help_text="What it holds beside its text, by type.")
    attachments = Attachment(many=True)
    reactions = Reaction(many=True, help_text="At most one of each side.")
    forwarded = s.ChoiceField(choices=FORWARDED, allow_blank=True)
    origin = s.ChoiceField(
        choices=ORIGINS, allow_blank=True, help_text="`phone`: written in the WhatsApp Business app."
    )
    referral = Referral(allow_null=True, help_text="The ad or post that the customer came from.")
    author = Author()
    status = s.ChoiceField(choices=MESSAGE_STATUSES, allow_null=True, help_text="Null for inbound messages.")
    error = MessageError(allow_null=True)
    reply_to = Quoted(allow_null=True)
    client_id = s.UUIDField(allow_null=True)
    is_late = s.BooleanField()
    occurred_at = s.DateTimeField(help_text="Order on screen: occurred_at, then id.")
    created_at = s.DateTimeField()
    sent_at = s.DateTimeField(allow_null=True)
    delivered_at = s.DateTimeField(allow_null=True)
    read_at = s.DateTimeField(allow_null=True)
    edited_at = s.DateTimeField(allow_null=True)
    deleted_at = s.DateTimeField(
        allow_null=True, help_text="Of a deleted message nothing is told but that there was one."
    )


class Ticket(Shape):
    id = s.IntegerField()
    number = s.IntegerField()
    opened_at = s.DateTimeField()
    closed_at = s.DateTimeField(allow_null=True)
    closed_by = MemberRef(allow_null=True)


class Identity(Shape):
    kind = s.ChoiceField(choices=IDENTITY_KINDS)
    value = s.CharField()


class ContactConversation(Shape):
    id = s.IntegerField()
    status = s.ChoiceField(choices=CONVERSATION_STATUSES)
    last_activity_at = s.DateTimeField()


class Contact(Shape):
    id = s.IntegerField()
    name = s.CharField()
    first_name = s.CharField(allow_blank=True)
    last_name = s.CharField(allow_blank=True)
    profile_name = s.CharField(allow_blank=True)
    username = s.CharField(allow_null=True)
    phone = s.CharField(allow_null=True)
    opted_out_at = s.DateTimeField(allow_null=True, help_text="Since when they want no marketing.")
    opt_out_source = s.CharField(allow_blank=True)
    merged_into = s.IntegerField(allow_null=True, help_text="The contact that this one turned out to be.")
    created_at = s.DateTimeField()
    identities = Identity(many=True)
    conversations = ContactConversation(many=True)


class EventShape(Shape):
    seq = s.IntegerField()
    type = s.CharField()
    version = s.IntegerField()
    at = s.DateTimeField()
    actor = Author()

    def get_fields(self) -> dict[str, s.Field[Any, Any, Any, Any]]:
        return {**super().get_fields(), "data": s.DictField(help_text="As REST gives it for the resource.")}


class EventPage(Shape):
    stream_id = s.UUIDField()
    results = EventShape(many=True)
    through = s.IntegerField(help_text="Ask for what comes after this number next.")
    more = s.BooleanField()


class DeliveryProblem(Shape):
    pointer = s.CharField(allow_blank=True)
    code = s.CharField()
    reason = s.CharField()


class Delivery(Shape):
    id = s.IntegerField()
    state = s.ChoiceField(choices=DELIVERY_STATES)
    received_at = s.DateTimeField()
    processed_at = s.DateTimeField(allow_null=True)
    size_bytes = s.IntegerField()
    items = s.IntegerField()
    problems = DeliveryProblem(many=True)


def page_of(resource: type[Shape]) -> type[Shape]:
    """Return the shape of a page of resources."""
    fields = {
        "results": resource(many=True),
        "next": s.URLField(allow_null=True),
        "previous": s.URLField(allow_null=True),
    }
    return type(f"{resource.__name__}Page", (s.Serializer,), fields)
