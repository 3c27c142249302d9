"""Where a connection begins, at the head or after what it missed, and where it goes on when it fell behind."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from inbox.realtime import frames
from inbox.realtime.database import Unreachable
from inbox.realtime.door import Start
from inbox.realtime.entries import Entry
from inbox.realtime.feed import Feed
from inbox.realtime.frames import Close, ResyncReason
from inbox.realtime.history import TooOld
from inbox.realtime.hub import Hub
from inbox.realtime.limits import REPLAY_PATIENCE_SECONDS, REPLAY_WINDOW_BYTES
from inbox.realtime.socket import Socket
from inbox.realtime.standing import Principal
from inbox.sight import Sight

logger = logging.getLogger(__name__)


class _MustResync(Exception):
    def __init__(self, reason: ResyncReason) -> None:
        super().__init__(reason)
        self.reason: ResyncReason = reason


async def follow(hub: Hub, feed: Feed, socket: Socket, start: Start) -> None:
    """Bring a socket up to date and make it live, again each time it falls behind; what prevents that ends it."""
    try:
        await feed.opened()
        await _greet(feed, socket, start)
        stream_id = feed.stream_id
        while not socket.is_ending:
            await _catch_up(hub, feed, socket, stream_id)
            await socket.fell_behind()
    except _MustResync as must:
        socket.resync(must.reason)
    except TooOld:
        socket.resync("too_old")
    except TimeoutError:
        socket.resync("overflow")
    except Unreachable:
        socket.end(Close.TRY_LATER)
    except Exception:
        logger.exception("realtime.not_followed", extra={"organization_id": feed.organization_id})
        socket.end(Close.BROKEN)


async def _greet(feed: Feed, socket: Socket, start: Start) -> None:
    if start.stream_id is not None and start.stream_id != feed.stream_id:
        raise _MustResync("stream_changed")
    since = start.since
    # The client may have heard of a number by REST before we did; a number that nobody knows is of another stream.
    if since is not None and since > feed.head and not await feed.reach(since):
        raise _MustResync("stream_changed")
    socket.start_at(feed.head if since is None else since)
    socket.push(frames.hello(feed.stream_id, feed.head))


async def _catch_up(hub: Hub, feed: Feed, socket: Socket, stream_id: str) -> None:
    while socket.position < feed.head and not socket.is_ending:
        await socket.room(REPLAY_WINDOW_BYTES, patience_seconds=REPLAY_PATIENCE_SECONDS)
        page = await feed.history.page_after(socket.position)
        if any(may_change_sight(entry, socket.principal) for entry in page.about_rights):
            raise _MustResync("rights_changed")
        if page.loads_anew:
            raise _MustResync("settings_changed")
        present: Mapping[int, Sight] = {}
        if not socket.viewer.sees_all:
            present = await feed.history.present(page.conversation_ids)
        if not hub.rights_are_fresh():
            await hub.check_rights()
        if feed.stream_id != stream_id:
            raise _MustResync("stream_changed")
        socket.push_events(page.later(socket.viewer, present))
    if feed.stream_id != stream_id:
        raise _MustResync("stream_changed")
    # Nothing is awaited between the last look at `head` and here.
    feed.attach(socket)


def may_change_sight(entry: Entry, principal: Principal) -> bool:
    """Tell whether since an event that they missed the person sees other conversations than before.

    The settings count for agents only; an API key sees all for as long as it lives.
    """
    if entry.type == "organization.updated":
        return principal.role == "agent"
    return bool(principal.member_id) and _member_id(entry) == principal.member_id


def _member_id(entry: Entry) -> object:
    member = frames.read_object(entry.data).get("member")
    return member.get("id") if isinstance(member, dict) else None
