"""Numbers and what Meta tells of them, for the schema."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers as s

from api.serializers.resources import BothLanguages, ChannelRef, Shape

SEVERITIES = ["info", "warning", "critical"]


class Trouble(Shape):
    code = s.IntegerField(help_text="Meta's code.")
    title = BothLanguages()
    advice = BothLanguages()
    owner_advice = BothLanguages(help_text="The same for owners, whom the others are told to ask.")
    detail = s.CharField(allow_blank=True, help_text="Meta's words.")
    since = s.DateTimeField()


class Channel(Shape):
    id = s.IntegerField()
    name = s.CharField()
    phone = s.CharField()
    phone_number_id = s.CharField(help_text="Meta's id of the number.")
    is_active = s.BooleanField()
    quality = s.CharField(allow_blank=True, help_text="GREEN, YELLOW or RED; empty while Meta has not told.")
    throughput = s.CharField(allow_blank=True)
    messaging_limit = s.CharField(allow_blank=True, help_text="Such as TIER_2K.")
    trouble = Trouble(allow_null=True, help_text="What stops its sends, which wait meanwhile.")


class ChannelAlert(Shape):
    id = s.IntegerField()
    kind = s.CharField(help_text="Such as `phone_number_quality`, `template_status` or `sending_stopped`.")
    severity = s.ChoiceField(choices=SEVERITIES)
    channel = ChannelRef(allow_null=True, help_text="Null when it is about the account.")
    at = s.DateTimeField()

    def get_fields(self) -> dict[str, s.Field[Any, Any, Any, Any]]:
        return {**super().get_fields(), "data": s.DictField(help_text="What was told, by kind.")}
