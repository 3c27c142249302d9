"""What messages hold beside their text, by kind, for the schema."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers as s

Shape = s.Serializer[Any]

CHOICE_KINDS = ["button", "list", "template_button", "call_permission"]
SYSTEM_KINDS = ["number_changed", "user_id_changed", "identity_changed"]


class Product(Shape):
    catalog_id = s.CharField(allow_blank=True)
    id = s.CharField(allow_blank=True, help_text="The retailer's id of the product.")


class PlainContent(Shape):
    """Of a message that is all text or file; or empty."""

    product = Product(required=False, help_text="The product of a catalogue that the message asks about.")


class LocationContent(PlainContent):
    latitude = s.FloatField(allow_null=True)
    longitude = s.FloatField(allow_null=True)
    name = s.CharField(allow_blank=True)
    address = s.CharField(allow_blank=True)
    url = s.CharField(allow_blank=True, help_text="http or https.")


class CardPhone(Shape):
    phone = s.CharField(allow_blank=True)
    type = s.CharField(allow_blank=True)
    wa_id = s.CharField(allow_blank=True, help_text="Digits; empty for somebody who is not on WhatsApp.")


class CardEmail(Shape):
    email = s.CharField(allow_blank=True)
    type = s.CharField(allow_blank=True)


class CardAddress(Shape):
    address = s.CharField(allow_blank=True)
    type = s.CharField(allow_blank=True)


class CardUrl(Shape):
    url = s.CharField()
    type = s.CharField(allow_blank=True)


class ContactCard(Shape):
    name = s.CharField(allow_blank=True)
    first_name = s.CharField(allow_blank=True)
    last_name = s.CharField(allow_blank=True)
    organization = s.CharField(allow_blank=True)
    department = s.CharField(allow_blank=True)
    title = s.CharField(allow_blank=True)
    phones = CardPhone(many=True)
    emails = CardEmail(many=True)
    addresses = CardAddress(many=True)
    urls = CardUrl(many=True)
    birthday = s.CharField(allow_blank=True)
    origin = s.CharField(allow_blank=True, help_text="`contact_request`: the person shares their own number.")


class ContactsContent(PlainContent):
    contacts = ContactCard(many=True)


class OrderItem(Shape):
    id = s.CharField(allow_blank=True)
    quantity = s.CharField(allow_blank=True, help_text="An exact decimal; empty when it cannot be read.")
    price = s.CharField(allow_blank=True, help_text="Of one; an exact decimal.")
    currency = s.CharField(allow_blank=True)


class OrderTotal(Shape):
    currency = s.CharField(allow_blank=True)
    amount = s.CharField(help_text="An exact decimal.")


class OrderContent(PlainContent):
    catalog_id = s.CharField(allow_blank=True)
    items = OrderItem(many=True)
    totals = OrderTotal(
        many=True,
        help_text="One for each currency of which all amounts can be read; a sum of some would be wrong.",
    )


class ChoiceContent(PlainContent):
    kind = s.ChoiceField(choices=CHOICE_KINDS)
    id = s.CharField(
        allow_blank=True, help_text="What we gave the choice; of a permission `accept` or `reject`."
    )
    title = s.CharField(allow_blank=True)
    description = s.CharField(allow_blank=True)


class FormField(s.Serializer[Any]):
    name = s.CharField(help_text="Those of nested answers have dots.")
    value = s.CharField(allow_blank=True)


class FlowContent(PlainContent):
    kind = s.ChoiceField(choices=["flow"])
    name = s.CharField(allow_blank=True)
    fields_ = FormField(many=True, help_text="The answers in the order of the form.")

    def get_fields(self) -> dict[str, s.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        return {
            **{name: field for name, field in fields.items() if name != "fields_"},
            "fields": fields["fields_"],
        }


class SystemContent(PlainContent):
    kind = s.ChoiceField(choices=SYSTEM_KINDS)
    to = s.CharField(allow_blank=True)

    def get_fields(self) -> dict[str, s.Field[Any, Any, Any, Any]]:
        return {**super().get_fields(), "from": s.CharField(allow_blank=True)}


class UnsupportedContent(PlainContent):
    hint = s.CharField(allow_blank=True, help_text="Meta's word for what it was, such as `poll_creation`.")
    code = s.IntegerField(allow_null=True, help_text="Meta's code.")
    title = s.CharField(allow_blank=True, help_text="Meta's words.")
    detail = s.CharField(allow_blank=True)


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="MessageContent",
        serializers=[
            PlainContent,
            LocationContent,
            ContactsContent,
            OrderContent,
            ChoiceContent,
            FlowContent,
            SystemContent,
            UnsupportedContent,
        ],
        resource_type_field_name=None,
    )
)
class ContentField(s.DictField):
    """One of the shapes above, by the type of the message."""


class Referral(Shape):
    source_type = s.CharField(allow_blank=True, help_text="`ad` or `post`.")
    source_id = s.CharField(allow_blank=True)
    source_url = s.CharField(allow_blank=True)
    headline = s.CharField(allow_blank=True)
    body = s.CharField(allow_blank=True)
    media_type = s.CharField(allow_blank=True)
    image_url = s.CharField(allow_null=True)
    video_url = s.CharField(allow_null=True)
    thumbnail_url = s.CharField(allow_null=True)
    ctwa_clid = s.CharField(allow_null=True, help_text="Meta's id of the click.")
