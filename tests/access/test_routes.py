"""Nothing is answered that the table does not list."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from tests.access.callers import Asker
from tests.access.conftest import undone
from tests.access.document import document
from tests.access.routes import METHODS, handled, routes, shape_of
from tests.access.sides import ABSENT, World
from tests.access.table import ROWS, Row

pytestmark = pytest.mark.django_db
PUBLISHED = Path(__file__).parents[2] / "docs" / "access.md"
# These send everyone on, whatever the method: the one to the icon, the other to the page of who is signed in.
REDIRECTING = ("/favicon.ico", "/accounts/login/", "/accounts/logout/")
LISTED = {(shape_of(row.address), row.method) for row in ROWS}


def test_every_address_stands_in_the_table() -> None:
    assert set(routes()) == {address for address, _ in LISTED}


def test_every_method_that_a_view_has_stands_in_the_table() -> None:
    there = {(address, method) for address, view in routes().items() for method in handled(view) or ()}
    assert {one for one in there - LISTED if one[0] not in REDIRECTING} == set()


@pytest.mark.parametrize("address", sorted(routes()))
def test_a_method_that_is_not_in_the_table_is_not_allowed(
    address: str, world: World, askers: dict[str, Asker]
) -> None:
    owner = askers["owner"]
    row = next(row for row in ROWS if shape_of(row.address) == address)
    for method in METHODS:
        if (address, method) in LISTED:
            continue
        with undone():
            answer = owner.ask(Row(method, row.address, row.about, ()), owner.ids(world.here, row.about))
        expected = {"/api/v1/{}": [404], **{one: [302, 405] for one in REDIRECTING}}
        assert answer.status in expected.get(address, [405]), method


def test_asking_for_the_options_tells_nothing_of_things(world: World, askers: dict[str, Asker]) -> None:
    """Its answer is made of the address alone, and only for those who are let in."""
    rows = {row.address: row for row in ROWS if "{" in row.address and row.address.startswith("/api/v1/")}
    for row in rows.values():
        for name in ("owner", "agent", "owner elsewhere"):
            asker, call = askers[name], Row("OPTIONS", row.address, row.about, ())
            ids = asker.ids(world.here, row.about)
            absent = {name: ABSENT if isinstance(pk, int) else pk for name, pk in ids.items()}
            one, other = asker.ask(call, ids), asker.ask(call, absent)
            assert (one.status, one.body) == (other.status, other.body), row.name


def test_the_addresses_are_read_to_their_ends() -> None:
    """Were the walk broken, nothing would be missing from the table either."""
    assert {"/api/v1/conversations/{}/messages", "/health/ready", "/o/{}", "/api/v1/{}"} <= set(routes())
    assert handled(routes()["/api/v1/conversations/{}/resolution"]) == {"POST", "DELETE"}
    assert Client().get("/admin/").status_code == 404
    assert len(routes()) == len({address for address, _ in LISTED}) > 40


def test_the_published_matrix_is_current() -> None:
    assert PUBLISHED.read_text() == document(), "run `make access`"
