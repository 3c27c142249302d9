"""Numbers, what stops them, and what Meta tells of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from core.tenancy import tenant_scope
from integrations.models import Channel
from tests.api.client import Caller, error_code
from tests.api.test_schema import check, schema
from tests.conftest import Cast
from tests.factories import make_key
from tests.inbox.webhooks import take_in

pytestmark = pytest.mark.django_db
assert schema  # a fixture, used by name


@pytest.fixture
def stopped(cast: Cast) -> Channel:
    with tenant_scope(cast.organization.pk):
        Channel.objects.update(trouble_code=190, trouble_detail="expired", trouble_since=timezone.now())
        return Channel.objects.get()


def test_everybody_sees_the_numbers_and_their_trouble(
    cast: Cast, stopped: Channel, schema: dict[str, Any]
) -> None:
    for caller in (Caller(member=cast.beto), Caller(key=make_key(cast.organization))):
        page = caller.get("channels").json()
        check(schema, "ChannelPage", page)
        (row,) = page["results"]
        assert (row["phone"], row["trouble"]["code"], row["trouble"]["detail"]) == (
            "+573005550190",
            190,
            "expired",
        )
        assert row["trouble"]["advice"]["es"].startswith("Pide a un propietario")
        assert row["trouble"]["owner_advice"]["es"].startswith("Genera un token nuevo en Meta")
    assert b"TOKEN" not in Caller(member=cast.beto).get("channels").content


def test_an_owner_lets_it_go_on(cast: Cast, stopped: Channel, schema: dict[str, Any]) -> None:
    ana = Caller(member=cast.ana)
    answer = ana.post(f"channels/{stopped.pk}/resume")
    assert answer.json()["trouble"] is None
    check(schema, "Channel", answer.json())
    (event,) = ana.get("events?after=0").json()["results"]
    assert (event["type"], event["actor"]["name"]) == ("channel.updated", "Ana Ríos")
    assert event["data"]["channel"] == answer.json()
    assert ana.post(f"channels/{stopped.pk}/resume").status_code == 200  # once more changes nothing
    assert len(ana.get("events?after=0").json()["results"]) == 1


def test_nobody_else_may(cast: Cast, stopped: Channel) -> None:
    for caller in (
        Caller(member=cast.marta),
        Caller(member=cast.beto),
        Caller(key=make_key(cast.organization)),
    ):
        answer = caller.post(f"channels/{stopped.pk}/resume")
        assert (answer.status_code, error_code(answer)) == (403, "permission_denied")
    with tenant_scope(cast.organization.pk):
        assert Channel.objects.get().trouble_code == 190


def test_carla_cannot_touch_our_number(cast: Cast, stopped: Channel) -> None:
    assert cast.carla.organization_id != cast.organization.pk
    carla = Caller(member=cast.carla)
    answer = carla.post(f"channels/{stopped.pk}/resume")
    assert (answer.status_code, error_code(answer)) == (404, "not_found")
    assert error_code(carla.post("channels/99999999/resume")) == "not_found"
    assert [row["phone"] for row in carla.get("channels").json()["results"]] == ["+573005550999"]
    assert carla.get("channel-alerts").json()["results"] == []


def test_alerts_are_for_owners_and_keys(cast: Cast, schema: dict[str, Any]) -> None:
    take_in(cast.app, "account_update_violation", "phone_quality_legacy_limits", "tpl_status_paused_first")
    for caller in (Caller(member=cast.ana), Caller(key=make_key(cast.organization))):
        page = caller.get("channel-alerts?limit=2").json()
        check(schema, "ChannelAlertPage", page)
        assert [row["kind"] for row in page["results"]] == ["template_status", "phone_number_quality"]
        assert [row["kind"] for row in caller.get(page["next"]).json()["results"]] == ["account"]
    for member in (cast.marta, cast.beto):
        assert Caller(member=member).get("channel-alerts").status_code == 403
