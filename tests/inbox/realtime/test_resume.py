"""What was missed comes first, and then the present; nothing twice, nothing lost."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import Resync
from core.events import service
from core.models import Event, EventCounter
from core.tenancy import all_tenants, tenant_scope
from inbox import access, changes
from inbox.changes import Change
from inbox.models import Message
from inbox.realtime.replay import EventPage, events_after
from inbox.sight import Viewer
from tests.conftest import Cast
from tests.factories import make_key
from tests.inbox.realtime.conftest import Inbox
from tests.inbox.realtime.lines import Line, line, sign_in
from tests.inbox.realtime.servers import Server
from tests.inbox.webhooks import NOW

SEES_ALL = Viewer(None, sees_all=True, sees_unassigned=True)


def seqs(one: Line) -> list[int]:
    return [event["seq"] for event in one.events]


def test_what_was_missed_is_told_and_then_the_present(server: Server, inbox: Inbox) -> None:
    row = inbox.chat()
    missed = inbox.receive(*[row] * 7)
    with line(server, inbox.cast.ana, query=inbox.query(2)) as ana:
        assert ana.hello()["seq"] == missed
        ana.until_through(missed)
        head = inbox.receive(row)
        ana.until_through(head)
        assert seqs(ana) == list(range(3, head + 1))


def test_whoever_missed_nothing_gets_nothing(one_server: Server, inbox: Inbox) -> None:
    head = inbox.receive(inbox.chat())
    with line(one_server, inbox.cast.ana, query=inbox.query(head)) as ana:
        ana.hello()
        assert ana.quiet(0.5) == []


def test_without_a_number_it_begins_at_the_head(one_server: Server, inbox: Inbox) -> None:
    row = inbox.chat()
    head = inbox.receive(row)
    with line(one_server, inbox.cast.ana) as ana:
        assert ana.hello()["seq"] == head
        head = inbox.receive(row)
        ana.until_through(head)
        assert seqs(ana) == [head]


def test_three_thousand_missed_events_arrive_whole_and_in_order(server: Server, inbox: Inbox) -> None:
    rows = [inbox.chat(assignee=inbox.cast.beto), inbox.chat(assignee=inbox.cast.diana)]
    for _ in range(15):
        head = inbox.touch(*rows * 100)
    with (
        line(server, inbox.cast.ana, query=inbox.query(0)) as ana,
        line(server, inbox.cast.beto, query=inbox.query(0)) as beto,
    ):
        ana.hello(), beto.hello()
        ana.until_through(head)
        beto.until_through(head)
        live = inbox.receive(*rows)
        ana.until_through(live)
        beto.until_through(live)
    assert seqs(ana) == list(range(1, live + 1))
    assert seqs(beto) == list(range(1, live + 1, 2))
    assert {event["data"]["conversation"]["id"] for event in beto.events} == {rows[0].pk}


def test_events_that_happen_during_the_replay_come_once(server: Server, inbox: Inbox) -> None:
    row = inbox.chat()
    inbox.touch(*[row] * 1_000)
    with line(server, inbox.cast.ana, query=inbox.query(0)) as ana, ThreadPoolExecutor(1) as writer:
        ana.hello()
        writing = writer.submit(lambda: [inbox.receive(row) for _ in range(50)])
        ana.until_through(1_050)
        assert writing.result()[-1] == 1_050
    assert seqs(ana) == list(range(1, 1_051))


def test_many_come_back_at_once(server: Server, inbox: Inbox) -> None:
    row = inbox.chat(assignee=inbox.cast.beto)
    head = inbox.touch(*[row] * 300)
    sessions = {member: sign_in(member) for member in (inbox.cast.ana, inbox.cast.marta, inbox.cast.beto)}
    query = inbox.query(100)

    def come_back(number: int) -> list[int]:
        session = list(sessions.values())[number % 3]
        with line(server, session=session, query=query) as one:
            one.until_through(head)
            return seqs(one)

    with ThreadPoolExecutor(24) as crowd:
        assert all(heard == list(range(101, head + 1)) for heard in crowd.map(come_back, range(48)))


def test_another_stream_or_a_number_from_nowhere_is_told_to_load_anew(server: Server, inbox: Inbox) -> None:
    head = inbox.receive(inbox.chat())
    for query in (f"&since=0&stream={uuid.uuid4()}", "&since=0&stream=old", inbox.query(head + 1)):
        with line(server, inbox.cast.ana, query=query) as ana:
            assert ana.read() == {"type": "resync", "reason": "stream_changed"}
            assert ana.closed() == 4410


def test_events_that_are_not_kept_any_more_are_told_to_load_anew(server: Server, inbox: Inbox) -> None:
    row = inbox.chat()
    head = inbox.receive(*[row] * 10)
    with all_tenants():
        Event.objects.filter(seq__lte=5).delete()
    with line(server, inbox.cast.ana, query=inbox.query(4)) as ana:
        assert ana.next_of("resync") == {"type": "resync", "reason": "too_old"}
        assert ana.closed() == 4410
    with line(server, inbox.cast.ana, query=inbox.query(5)) as ana:
        ana.until_through(head)
        assert seqs(ana) == [6, 7, 8, 9, 10]


def test_a_number_that_rest_told_before_the_hub_knew_is_no_reason_to_load_anew(
    one_server: Server, inbox: Inbox
) -> None:
    row = inbox.chat()
    with line(one_server, inbox.cast.ana) as first:
        first.hello()
        for _ in range(5):
            head = inbox.receive(row)
            with line(one_server, inbox.cast.ana, query=inbox.query(head)) as ana:
                assert ana.hello()["seq"] >= head
                assert ana.events == []


def test_a_restored_backup_is_noticed_by_those_who_are_connected(server: Server, inbox: Inbox) -> None:
    head = inbox.receive(inbox.chat())
    with line(server, inbox.cast.ana) as ana:
        assert ana.hello()["seq"] == head
        EventCounter.objects.filter(pk=inbox.organization.pk).update(stream_id=uuid.uuid4())
        assert ana.next_of("resync")["reason"] == "stream_changed"
        assert ana.closed() == 4410
    with line(server, inbox.cast.ana) as ana:
        assert ana.hello()["stream_id"] == inbox.stream()


def test_what_was_seen_then_is_not_told_to_whoever_may_not_see_it_now(server: Server, inbox: Inbox) -> None:
    row, own = inbox.chat(assignee=inbox.cast.beto), inbox.chat(assignee=inbox.cast.beto)
    inbox.receive(row, own, text="canary of: before.")
    inbox.give(row, inbox.cast.diana)
    head = inbox.receive(row, text="canary of: after.")
    with line(server, inbox.cast.beto, query=inbox.query(0)) as beto:
        beto.until_through(head)
    assert [(event["seq"], event["type"]) for event in beto.events] == [
        (1, "conversation.removed"),
        (2, "message.received"),
    ]
    assert "canary of: after." not in beto.text
    assert f'"conversation_id":{row.pk},' not in beto.text


def test_a_chat_that_came_and_went_and_came_back_is_theirs(one_server: Server, inbox: Inbox) -> None:
    row = inbox.chat(assignee=inbox.cast.beto)
    inbox.give(row, inbox.cast.diana)
    inbox.receive(row, text="canary of: diana.")
    head = inbox.give(row, inbox.cast.beto)
    with line(one_server, inbox.cast.beto, query=inbox.query(0)) as beto:
        beto.until_through(head)
    assert [(event["seq"], event["type"]) for event in beto.events] == [
        (1, "conversation.removed"),
        (3, "conversation.assigned"),
    ]


def rest(inbox: Inbox, who: Viewer, after: int, *, limit: int = 100) -> EventPage:
    with tenant_scope(inbox.organization.pk):
        return events_after(who, inbox.organization.pk, inbox.stream(), after, limit)


def test_rest_tells_the_same_as_the_socket(one_server: Server, inbox: Inbox) -> None:
    beto = inbox.cast.beto
    row, foreign = inbox.chat(assignee=beto), inbox.chat(assignee=inbox.cast.diana)
    inbox.touch(*[row, foreign] * 30)
    inbox.give(row, inbox.cast.diana)
    inbox.receive(foreign)
    head = inbox.give(row, beto)
    viewer = Viewer(beto.pk, sees_all=False, sees_unassigned=False)
    after, texts, more = 0, [], True
    while more:
        page = rest(inbox, viewer, after, limit=17)
        after, more = page.through, page.more
        texts += page.results
    assert after == head
    with line(one_server, beto, query=inbox.query(0)) as one:
        one.until_through(head)
    assert all(text in one.text for text in texts)
    assert len(texts) == len(one.events) == 32


def test_rest_pages_say_how_far_they_reach(inbox: Inbox) -> None:
    foreign = inbox.chat(assignee=inbox.cast.diana)
    head = inbox.receive(*[foreign] * 25)
    page = rest(inbox, Viewer(inbox.cast.beto.pk, sees_all=False, sees_unassigned=False), 0, limit=10)
    assert (page.results, page.through, page.more) == ([], 10, True)
    page = rest(inbox, SEES_ALL, 20)
    assert (len(page.results), page.through, page.more) == (5, head, False)
    assert rest(inbox, SEES_ALL, head).results == []
    assert page.as_json().startswith(b'{"stream_id":"')


def test_rest_says_when_to_load_anew(inbox: Inbox) -> None:
    head = inbox.receive(*[inbox.chat()] * 3)
    with all_tenants():
        Event.objects.filter(seq=1).delete()
    for stream, after in ((inbox.stream(), 0), (inbox.stream(), head + 1), (str(uuid.uuid4()), head)):
        with pytest.raises(Resync), tenant_scope(inbox.organization.pk):
            events_after(SEES_ALL, inbox.organization.pk, stream, after)


def test_a_key_of_another_organisation_hears_nothing_of_ours(one_server: Server, inbox: Inbox) -> None:
    row = inbox.chat()
    with line(one_server, key=make_key(inbox.cast.other), organization=None) as program:
        program.hello()
        inbox.receive(row)
        assert program.quiet(1.5) == []


def test_the_audience_of_a_viewer_is_the_list_of_the_viewer(inbox: Inbox) -> None:
    """The rule of the socket and the condition of the lists name the same conversations."""
    cast: Cast = inbox.cast
    rows = [
        inbox.chat(),
        inbox.chat(assignee=cast.beto),
        inbox.chat(assignee=cast.diana),
        inbox.chat(assignee=cast.beto, status="closed"),
        inbox.chat(status="closed"),
        inbox.chat(status="none"),
    ]
    inbox.receive(*rows)
    for viewer in (
        SEES_ALL,
        Viewer(cast.beto.pk, sees_all=False, sees_unassigned=False),
        Viewer(cast.diana.pk, sees_all=False, sees_unassigned=True),
    ):
        with tenant_scope(inbox.organization.pk):
            listed = set(access.conversations(viewer).values_list("pk", flat=True))
        page = rest(inbox, viewer, 0)
        assert {
            row.pk for row in rows if f'"conversation":{{"id":{row.pk},' in "".join(page.results)
        } == listed


def test_the_words_of_a_deleted_message_are_not_told_to_whoever_comes_back(
    server: Server, inbox: Inbox
) -> None:
    """The server holds recent events in memory, where they still have them."""
    row = inbox.chat()
    inbox.receive(row, text="mi clave es 4417")
    with line(server, inbox.cast.ana, query=inbox.query(0)) as ana:
        ana.until_through(inbox.head())
        assert "4417" in ana.text
        with tenant_scope(inbox.organization.pk), service():
            message = Message.objects.get(text="mi clave es 4417")
            target = Change(row.channel_id, "revoke", message.wa_message_id or "", "x", NOW, "contact", "")
            assert changes.apply([target]) == []
        head = inbox.head()
        ana.until_through(head)
    with line(server, inbox.cast.ana, query=inbox.query(0)) as again:
        again.until_through(head)
        assert "4417" not in again.text
        assert [event["type"] for event in again.events] == ["message.received", "message.updated"]
