"""Who sees an event: a table of cases, now and later."""

from __future__ import annotations

import pytest

from inbox.realtime.sightlines import Audience, Choice, choose, choose_again
from inbox.sight import Sight, Viewer

HIDDEN, SHOWN, REMOVED = Choice.HIDDEN, Choice.SHOWN, Choice.REMOVED

ALL = Viewer(1, sees_all=True, sees_unassigned=True)
KEY = Viewer(None, sees_all=True, sees_unassigned=True)
BETO = Viewer(2, sees_all=False, sees_unassigned=False)
DIANA = Viewer(3, sees_all=False, sees_unassigned=True)

WAITING = Sight("unassigned", None)
OF_BETO = Sight("open", 2)
OF_DIANA = Sight("open", 3)
CLOSED_BY_BETO = Sight("closed", 2)
OURS = Sight("none", None)


def about(now: Sight, before: Sight | None = None) -> Audience:
    return Audience("conversation", id=7, now=now, before=before)


@pytest.mark.parametrize(
    ("audience", "everyone", "beto", "diana"),
    [
        (about(WAITING), SHOWN, HIDDEN, SHOWN),
        (about(OF_BETO), SHOWN, SHOWN, HIDDEN),
        (about(OF_DIANA), SHOWN, HIDDEN, SHOWN),
        (about(CLOSED_BY_BETO), SHOWN, SHOWN, HIDDEN),
        (about(OURS), SHOWN, HIDDEN, HIDDEN),
        (about(OF_BETO, before=WAITING), SHOWN, SHOWN, REMOVED),
        (about(OF_DIANA, before=OF_BETO), SHOWN, REMOVED, SHOWN),
        (about(WAITING, before=OF_BETO), SHOWN, REMOVED, SHOWN),
        (about(CLOSED_BY_BETO, before=OF_BETO), SHOWN, SHOWN, HIDDEN),
        (about(Sight("closed", None), before=WAITING), SHOWN, HIDDEN, REMOVED),
        (Audience("organization"), SHOWN, SHOWN, SHOWN),
        (Audience("member", id=2), HIDDEN, SHOWN, HIDDEN),
        (Audience("something else", id=2), HIDDEN, HIDDEN, HIDDEN),
    ],
)
def test_an_event_is_shown_to_those_who_see_it_now(
    audience: Audience, everyone: Choice, beto: Choice, diana: Choice
) -> None:
    assert choose(ALL, audience) is everyone
    assert choose(KEY, audience) is everyone
    assert choose(BETO, audience) is beto
    assert choose(DIANA, audience) is diana


@pytest.mark.parametrize(
    ("audience", "present", "beto"),
    [
        # Seen then, and still theirs.
        (about(OF_BETO), OF_BETO, SHOWN),
        # Seen then, given to a colleague since: what was said is not told any more.
        (about(OF_BETO), OF_DIANA, REMOVED),
        # Not seen then: later rights do not reach back.
        (about(OF_DIANA), OF_BETO, HIDDEN),
        # Lost at that moment, and got back since.
        (about(OF_DIANA, before=OF_BETO), OF_BETO, REMOVED),
        # Gone altogether.
        (about(OF_BETO), None, REMOVED),
    ],
)
def test_an_event_is_told_later_only_to_those_who_still_see_it(
    audience: Audience, present: Sight | None, beto: Choice
) -> None:
    sights = {} if present is None else {7: present}
    assert choose_again(BETO, audience, sights) is beto
    assert choose_again(ALL, audience, sights) is SHOWN


@pytest.mark.parametrize(("then", "beto"), [(OF_BETO, SHOWN), (OF_DIANA, HIDDEN)])
def test_where_a_conversation_went_is_told_later_to_those_who_saw_it(then: Sight, beto: Choice) -> None:
    assert choose_again(BETO, about(then), {}, is_removal=True) is beto


@pytest.mark.parametrize(
    "text", ["", "[]", "null", '{"kind":"conversation"}', '{"kind":"conversation","id":1,"now":3}']
)
def test_an_audience_that_cannot_be_read_is_nobody(text: str) -> None:
    assert choose(ALL, Audience.parse(text)) is HIDDEN
