"""Each cell of the table, asked of the real views."""

from __future__ import annotations

import pytest

from tests.access.callers import Answer, Asker, written
from tests.access.conftest import undone
from tests.access.sides import ABOUTS, World
from tests.access.table import CALLERS, ROWS, Row

pytestmark = pytest.mark.django_db
READS = ("GET", "HEAD")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_caller_gets_what_the_table_says(
    row: Row, world: World, askers: dict[str, Asker], untouched: dict[bool, object]
) -> None:
    got: dict[str, int] = {}
    for asker in askers.values():
        with undone():
            answer = asker.ask(row, asker.ids(world.here, row.about))
            got[asker.name] = answer.status
            assert not strange(answer, asker, world), asker.name
            if answer.status >= 400 or row.method in READS:
                assert written() == untouched[asker.waiting], f"{asker.name} has left something"
    assert got == dict(zip(CALLERS, row.answers, strict=True))


def strange(answer: Answer, asker: Asker, world: World) -> list[str]:
    """Return the marks of what is not this caller's to see, as far as they stand in an answer."""
    theirs = {asker.side.mark(about) for about in asker.sees}
    marks = {side.mark(about) for side in (world.here, world.there) for about in ABOUTS} - theirs
    return sorted(mark for mark in marks if mark.encode() in answer.body)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.address.startswith("/api/v1/")], ids=lambda row: row.name
)
@pytest.mark.parametrize("name", ["owner elsewhere", "key elsewhere"])
def test_nobody_from_elsewhere_acts_in_the_name_of_this_organisation(
    row: Row, name: str, world: World, askers: dict[str, Asker], untouched: dict[bool, object]
) -> None:
    asker = askers[name]
    with undone():
        named = asker.ask(row, asker.ids(world.here, row.about), **{"X-Organization": "tienda-aurora"})
        assert written() == untouched[False]
    with undone():
        unknown = asker.ask(row, asker.ids(world.here, row.about), **{"X-Organization": "no-such-place"})
    assert (named.status, named.body) == (404, unknown.body)
    assert not strange(named, asker, world)
