"""What the API says to people is in their language, and in English to programs."""

from __future__ import annotations

import pytest

from tests.api.client import Caller
from tests.conftest import Cast
from tests.factories import make_conversation, make_key

NO_FIELD = {"es": "Este campo no existe.", "en": "There is no such field."}
REQUIRED = {"es": "Este campo es requerido.", "en": "This field is required."}


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_persons_language_holds_for_every_sentence(cast: Cast, language: str) -> None:
    row = make_conversation(cast, assignee=cast.beto)
    cast.beto.user.language = language
    cast.beto.user.save()
    beto = Caller(member=cast.beto)
    path = f"conversations/{row.pk}/messages"
    unknown = beto.post(path, {"type": "text", "text": "a", "colour": 1}).json()["error"]
    missing = beto.post(path, {"type": "image"}).json()["error"]
    assert unknown["details"] == {"colour": [NO_FIELD[language]]}
    assert missing["details"] == {"media": [REQUIRED[language]]}


def test_programs_are_answered_in_english_known_or_not(cast: Cast) -> None:
    known, unknown = Caller(key=make_key(cast.organization)), Caller(key="bdj_nobody")
    assert known.get("conversations/999999").json()["error"]["message"] == "There is no such thing here."
    assert unknown.get("me").json()["error"]["message"] == "Sign in, or send a valid API key."
    assert Caller().get("me").json()["error"]["message"] == "Inicia sesión o envía una clave de API válida."


@pytest.mark.parametrize("body", [[1], "text", 7])
def test_json_that_is_no_object_is_not_called_broken(cast: Cast, body: object) -> None:
    answer = Caller(key=make_key(cast.organization)).post("messages/text", body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "malformed"
    assert answer.json()["error"]["message"] == "The body must be a JSON object."


@pytest.mark.parametrize(("text", "status"), [("   ", 422), ("\n \t", 422), ("  hola  ", 201)])
def test_a_text_by_number_keeps_its_blanks_and_is_more_than_blanks(
    cast: Cast, text: str, status: int
) -> None:
    make_conversation(cast)
    caller = Caller(key=make_key(cast.organization))
    answer = caller.post("messages/text", {"to": "+573005550101", "text": text})
    assert answer.status_code == status
    if status == 201:
        assert answer.json()["text"] == text
