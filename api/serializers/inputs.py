"""What the API takes. Only named fields are read; anything else in a body is refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers as s

from api.serializers.resources import ATTACHMENT_KINDS, DELIVERY_STATES, LANGUAGES, STATUS_FILTERS
from integrations.whatsapp.emoji import is_emoji
from integrations.whatsapp.messages import LONGEST_CAPTION, LONGEST_TEXT, WITHOUT_CAPTION

_LARGEST_ID = 2**63 - 1


class Input(s.Serializer[Any]):
    """Refuses fields that it does not know, so that a misspelt one is not silently passed over."""

    def to_internal_value(self, data: Any) -> Any:
        # What is no object at all is refused below, in the usual words.
        unknown = set(data) - set(self.fields) if isinstance(data, Mapping) else set()
        if unknown:
            raise s.ValidationError({name: [_("There is no such field.")] for name in sorted(unknown)})
        return super().to_internal_value(data)


class Query(s.Serializer[Any]):
    """Query parameters; unknown ones are passed over."""


def identifier(**options: Any) -> s.IntegerField:
    return s.IntegerField(min_value=1, max_value=_LARGEST_ID, **options)


class TextField(s.CharField):
    """Text for WhatsApp: not blank, and without the one sign that no database text can hold."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        text = super().to_internal_value(data.replace("\x00", ""))
        if not self.allow_blank and not text.strip():
            self.fail("blank")
        return text


class PreferencesInput(Input):
    language = s.ChoiceField(choices=LANGUAGES)


class PageQuery(Query):
    limit = s.IntegerField(min_value=1, max_value=100, default=50)
    cursor = s.CharField(required=False, max_length=200)


class ConversationQuery(PageQuery):
    status = s.ChoiceField(choices=STATUS_FILTERS, default="all")
    sort = s.ChoiceField(choices=["newest", "oldest"], default="newest")
    q = s.CharField(required=False, allow_blank=True, default="", max_length=100)


class ContactQuery(PageQuery):
    q = s.CharField(required=False, allow_blank=True, default="", max_length=100)


class DeliveryQuery(PageQuery):
    state = s.ChoiceField(choices=DELIVERY_STATES, required=False)


class ContentQuery(Query):
    variant = s.ChoiceField(choices=["original", "thumbnail", "playable"], default="original")
    organization = s.SlugField(
        required=False, help_text="Names the organisation where no header can, as in an image's address."
    )


class EventQuery(Query):
    after = s.IntegerField(min_value=0, max_value=_LARGEST_ID)
    stream = s.UUIDField(required=False)
    limit = s.IntegerField(min_value=1, max_value=500, default=100)


class MediaRef(Input):
    """A file: one that was uploaded (or came with another message), or one behind a link, which is fetched first."""

    id = identifier(required=False)
    link = s.URLField(required=False, max_length=2_048)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise s.ValidationError({"media": [_("Give either “id” or “link”.")]})
        return attrs


class MessageInput(Input):
    type = s.ChoiceField(choices=["text", *ATTACHMENT_KINDS], default="text")
    text = TextField(
        max_length=LONGEST_TEXT, trim_whitespace=False, required=False, help_text="Of a message of type text."
    )
    media = MediaRef(required=False, help_text="Of every other type.")
    caption = TextField(
        max_length=LONGEST_CAPTION,
        trim_whitespace=False,
        required=False,
        allow_blank=True,
        help_text="Not with audio and sticker.",
    )
    voice = s.BooleanField(required=False, help_text="Make a voice note of the sound behind the link.")
    reply_to = identifier(required=False, allow_null=True)
    client_id = s.UUIDField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind = attrs["type"]
        needed, others = ("text", ("media", "caption", "voice")) if kind == "text" else ("media", ("text",))
        unfit = _("Not with a message of type {kind}.").format(kind=kind)
        wrong = {name: [unfit] for name in others if name in attrs}
        if needed not in attrs:
            wrong[needed] = [str(self.fields[needed].error_messages["required"])]
        if attrs.get("caption") and kind in WITHOUT_CAPTION:
            wrong["caption"] = [unfit]
        if attrs.get("voice") and kind != "audio":
            wrong["voice"] = [_("Only sound can be a voice note.")]
        if wrong:
            raise s.ValidationError(wrong)
        return attrs


class UploadInput(s.Serializer[Any]):
    """The form of an upload, for the schema and for its fields; the file itself never comes here."""

    file = s.FileField(required=False)
    kind = s.ChoiceField(
        choices=ATTACHMENT_KINDS,
        required=False,
        help_text="As what it is to be sent; by its type when not given.",
    )
    voice = s.BooleanField(default=False, help_text="Make a voice note of the recording.")


class PhoneMessageInput(Input):
    to = s.CharField(max_length=30, help_text="E.164 with +.")
    text = TextField(max_length=LONGEST_TEXT, trim_whitespace=False)


class AttemptInput(Input):
    even_if_unconfirmed = s.BooleanField(
        default=False, help_text="Also when the outcome is not known: the customer may receive it twice."
    )


class ReactionInput(Input):
    emoji = s.CharField(max_length=64, help_text="One emoji.")

    def validate_emoji(self, emoji: str) -> str:
        if not is_emoji(emoji):
            raise s.ValidationError(_("It must be one emoji."))
        return emoji


class ContactInput(Input):
    phone = s.CharField(max_length=40, help_text="With its country code.")
    name = TextField(max_length=200, help_text="The whole name.")
    first_name = TextField(max_length=120, required=False, allow_blank=True, default="")
    last_name = TextField(max_length=120, required=False, allow_blank=True, default="")


class AssignmentInput(Input):
    member = identifier(allow_null=True)


class ReadInput(Input):
    through_message_id = identifier()
