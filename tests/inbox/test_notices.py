"""What Meta tells about accounts, numbers and templates: kept once, and written to the channel."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.tenancy import tenant_scope
from integrations.models import Channel, ChannelAlert
from tests.conftest import Cast
from tests.inbox.webhooks import NOW, body, event, events, problems, said, take_in


def quality(limit: str, *, seconds: int, what: str = "UPGRADE") -> bytes:
    value = {"display_phone_number": "573005550190", "event": what, "current_limit": limit}
    return event("phone_number_quality_update", value, at=NOW + timedelta(seconds=seconds), with_number=False)


def test_a_notice_is_kept_once_however_often_it_is_delivered(scope: Cast) -> None:
    take_in(scope.app, "account_update_violation", "account_update_violation")
    take_in(scope.app, "account_update_violation")
    alert = ChannelAlert.objects.get()
    assert (alert.kind, alert.severity, alert.channel_id) == ("account", "critical", None)
    assert alert.data == {"event": "ACCOUNT_VIOLATION", "violation": "SCAM"}
    assert problems(scope.organization) == []


def test_the_same_words_at_another_time_are_another_notice(scope: Cast) -> None:
    value = {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SCAM"}}
    for days in (0, 1):
        take_in(scope.app, event("account_update", value, at=NOW + timedelta(days=days), with_number=False))
    assert ChannelAlert.objects.count() == 2


def test_without_a_time_the_same_words_count_once_a_day(scope: Cast) -> None:
    error = event("messages", {"errors": [{"code": 130429, "title": "Rate limit hit"}]})
    for hours in (0, 1, 24):
        take_in(scope.app, error, received_at=NOW + timedelta(hours=hours))
    assert ChannelAlert.objects.count() == 2
    assert set(ChannelAlert.objects.values_list("channel_id", flat=True)) == {scope.channel.pk}


def test_limits_are_written_to_the_number(scope: Cast) -> None:
    take_in(scope.app, "phone_quality_throughput_upgrade")
    scope.channel.refresh_from_db()
    assert (scope.channel.throughput, scope.channel.messaging_limit) == ("HIGH", "TIER_UNLIMITED")
    (told,) = events(scope.organization)
    assert (told["type"], told["audience"]) == ("channel.updated", {"kind": "organization"})
    assert told["data"]["channel"]["messaging_limit"] == "TIER_UNLIMITED"
    assert ChannelAlert.objects.get().channel_id == scope.channel.pk


@pytest.mark.parametrize("is_one_body", [False, True])
def test_the_newest_holds_whatever_comes_first(scope: Cast, is_one_body: bool) -> None:
    told = [quality("TIER_10K", seconds=9), quality("TIER_2K", seconds=1)]
    for bodies in [told] if is_one_body else [[one] for one in told]:
        take_in(scope.app, *bodies)
    scope.channel.refresh_from_db()
    assert scope.channel.messaging_limit == "TIER_10K"
    assert ChannelAlert.objects.count() == 2


def test_what_is_told_of_the_account_holds_for_all_its_numbers(scope: Cast) -> None:
    second = Channel.objects.create(
        organization=scope.organization,
        meta_app=scope.app,
        name="otro",
        phone="+573005550191",
        phone_number_id="417398204718402",
        waba_id=scope.channel.waba_id,
    )
    take_in(scope.app, "business_capability_numeric")
    assert set(Channel.objects.values_list("messaging_limit", flat=True)) == {"TIER_2K"}
    take_in(scope.app, quality("TIER_100K", seconds=3600, what="THROUGHPUT_UPGRADE"))
    second.refresh_from_db()
    assert (second.messaging_limit, second.throughput) == ("TIER_2K", "")


def test_a_notice_about_another_account_has_no_effect(scope: Cast) -> None:
    value = {"max_daily_conversations_per_business": 250}
    told = event("business_capability_update", value, at=NOW, with_number=False)
    take_in(scope.app, told.replace(b"389201746529183", b"111111111111111"))
    assert [code for _, code in problems(scope.organization)] == ["foreign"]
    assert not ChannelAlert.objects.exists()


def test_carla_hears_nothing_of_our_account(cast: Cast) -> None:
    assert cast.carla.organization_id != cast.organization.pk
    take_in(cast.app, "account_update_violation", "phone_quality_legacy_limits")
    assert events(cast.other) == []
    with tenant_scope(cast.other.pk):
        assert not ChannelAlert.objects.exists()
        assert not Channel.objects.exclude(messaging_limit="").exists()


def test_a_body_that_was_captured_long_ago_has_no_effect(scope: Cast) -> None:
    old = [said("hace un mes", at=NOW), said("justo", at=NOW + timedelta(days=22, minutes=1))]
    take_in(scope.app, body(old), received_at=NOW + timedelta(days=30))
    assert problems(scope.organization) == [("entry/0/changes/0/value/messages/0", "too_old")]
    assert len(events(scope.organization)) == 1
