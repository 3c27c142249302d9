"""Someone who is suspended or signs out stops receiving, on the socket and by HTTP."""

from __future__ import annotations

from urllib.parse import urlencode

from tests.calls import Api, call, sign_in
from tests.copy import Copy, wait_for
from tests.faults.following import following
from tests.simulated import Phones

DIANA = "diana@aurora.example"
SLUG = "tienda-aurora"


def test_someone_suspended_is_cut_off_at_once(copy: Copy, phones: Phones) -> None:
    """TEAM-12, CHAT-33: the socket ends by itself, HTTP answers as to a stranger, and nothing comes afterwards."""
    diana = sign_in(copy.url, DIANA, copy.password(DIANA), SLUG)
    with following(copy, diana.headers) as follower:
        person = phones.person()
        phones.writes(person, "Antes")
        wait_for(lambda: follower.has_heard("message.received", ["Antes"]), "the live message")
        _set_status(copy, "suspended")
        try:
            # What is promised are 5 s; the deadline is for a slow machine.
            wait_for(lambda: follower.close_code, "the socket to be closed")
            assert follower.close_code == 4404
            assert diana.get("/conversations").status in (401, 404)
            phones.writes(person, "Después")
            assert not follower.has_heard("message.received", ["Después"])
            with following(copy, diana.headers, is_welcome=False) as refused:
                wait_for(lambda: refused.close_code, "the socket to be refused")
        finally:
            _set_status(copy, "active")
    assert diana.get("/conversations").status == 200


def test_signing_out_ends_the_socket(copy: Copy, phones: Phones) -> None:
    """TEAM-12: a session that has ended hears nothing more; another session of the same person goes on."""
    leaving = sign_in(copy.url, DIANA, copy.password(DIANA), SLUG)
    staying = sign_in(copy.url, DIANA, copy.password(DIANA), SLUG)
    with following(copy, leaving.headers) as follower, following(copy, staying.headers) as other:
        _sign_out(copy, leaving)
        wait_for(lambda: follower.close_code, "the socket to be closed")
        assert follower.close_code == 4401
        assert leaving.get("/me").status == 401
        phones.writes(phones.person(), "Para quien se queda")
        wait_for(lambda: other.has_heard("message.received", ["Para quien se queda"]), "the other session")
        assert not follower.has_heard("message.received", ["Para quien se queda"])
        assert other.close_code is None


def _set_status(copy: Copy, status: str) -> None:
    """Behind bandeja's back, as a second process or a restored backup would."""
    copy.sql(
        "UPDATE core_membership SET status = %s WHERE user_id = (SELECT id FROM core_user WHERE email = %s)",
        status,
        DIANA,
    )


def _sign_out(copy: Copy, session: Api) -> None:
    form = urlencode({"csrfmiddlewaretoken": session.headers["X-CSRFToken"]}).encode()
    headers = {**session.headers, "Content-Type": "application/x-www-form-urlencoded"}
    assert call("POST", f"{copy.url}/accounts/logout/", form, headers=headers).status == 302
