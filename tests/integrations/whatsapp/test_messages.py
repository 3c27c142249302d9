from __future__ import annotations

import pytest

from integrations.whatsapp.emoji import is_emoji
from integrations.whatsapp.messages import Recipient, media_body, reaction_body, read_body, text_body
from integrations.whatsapp.payloads import MediaKind
from tests.integrations.whatsapp.bodies import request_of

REACTED = "wamid.HBgMNTczMDA1NTUwMTAxFQIAEhgUM0FFNTM1Mzg3OUJENjlCRkREQ0IA"
LAURA = Recipient(phone="573005550101", bsuid="CO.10482930571648293015")


@pytest.mark.parametrize(
    ("name", "built"),
    [
        ("send_text_ok", text_body(LAURA, "¡Hola Laura! Sí la tenemos en M.", preview_url=False)),
        ("send_text_to_bsuid", text_body(Recipient(bsuid="CO.40192837465564738291"), "Hola Noa")),
        (
            "send_text_reply_context",
            text_body(
                LAURA,
                "Perfecto, te la aparto.",
                reply_to_wamid="wamid.HBgMNTczMDA1NTUwMTAxFQIAEhgUM0FFOTJBOTZDMEUzQTIwRDg3QUMA",
            ),
        ),
        ("send_text_biz_opaque", text_body(LAURA, "x", callback_data="cmp:42|rcp:991|try:1")),
        (
            "send_text_preview_url",
            text_body(LAURA, "Mírala aquí: https://example.com/p/22", preview_url=True),
        ),
        ("send_reaction", reaction_body(Recipient(phone="573005550101"), REACTED, "👍")),
        ("send_reaction_remove", reaction_body(Recipient(phone="573005550101"), REACTED, "")),
        ("send_image_id", media_body(LAURA, "image", media_id="6256201916127942", caption="Vestido SKU-22")),
        ("send_video", media_body(LAURA, "video", media_id="7280500399171166", caption="Demo")),
        ("send_audio_voice", media_body(LAURA, "audio", media_id="4166945417908205", voice=True)),
        (
            "send_document",
            media_body(
                LAURA,
                "document",
                media_id="5173812404774954",
                file_name="cotizacion.pdf",
                caption="Tu cotización",
            ),
        ),
        ("send_sticker", media_body(LAURA, "sticker", media_id="7259314725855273")),
        ("mark_read_ok", read_body("wamid.HBgMNTczMDA1NTUwMTAxFQIAEhgUM0FFNTM1Mzg3OUJENjlCRkREQ0IA")),
        (
            "typing_indicator_ok",
            read_body("wamid.HBgMNTczMDA1NTUwMTAxFQIAEhgUM0FFNTM1Mzg3OUJENjlCRkREQ0IA", typing=True),
        ),
    ],
)
def test_a_body_is_as_recorded(name: str, built: dict[str, object]) -> None:
    assert built == request_of(name)["request"]["body"]


@pytest.mark.parametrize("phone", ["573005550101", "+573005550101"])
def test_a_phone_is_sent_with_exactly_one_plus(phone: str) -> None:
    assert text_body(Recipient(phone=phone), "x")["to"] == "+573005550101"


def test_the_phone_goes_before_the_business_scoped_id() -> None:
    body = text_body(LAURA, "x")
    assert "to" in body
    assert "recipient" not in body


def test_a_message_to_nobody_is_an_error() -> None:
    with pytest.raises(ValueError, match="recipient"):
        text_body(Recipient(), "x")


@pytest.mark.parametrize("text", ["", "x" * 4097])
def test_a_text_that_meta_would_refuse_is_not_built(text: str) -> None:
    with pytest.raises(ValueError, match="4096"):
        text_body(LAURA, text)


def test_callback_data_that_meta_would_refuse_is_not_built() -> None:
    with pytest.raises(ValueError, match="512"):
        text_body(LAURA, "x", callback_data="x" * 513)


def test_a_lone_surrogate_does_not_stop_the_send() -> None:
    assert text_body(LAURA, "a\ud83db")["text"] == {"body": "a\ufffdb"}


@pytest.mark.parametrize("emoji", ["👍", "❤️", "❤️‍🔥", "👍🏽", "🇨🇴", "👨‍👩‍👧‍👦", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "‼️", "™️", "〰️"])
def test_one_emoji_is_taken_however_many_signs_it_has(emoji: str) -> None:
    assert is_emoji(emoji)


@pytest.mark.parametrize(
    "text", ["", "ok", "👍 ok", "👍👍", "🇨🇴🇨🇴", "1", "<b>", "á", "👍\n", "\u202e👍", "👍" * 17, "\u200d", "¡"]
)
def test_what_is_no_emoji_is_no_reaction(text: str) -> None:
    assert not is_emoji(text)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("image", {"media_id": ""}),
        ("image", {"media_id": "1", "caption": "x" * 1025}),
        ("audio", {"media_id": "1", "caption": "x"}),
        ("sticker", {"media_id": "1", "caption": "x"}),
    ],
)
def test_a_file_that_cannot_be_sent_so_has_no_body(kind: MediaKind, options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"file|caption"):
        media_body(LAURA, kind, **options)  # type: ignore[arg-type]  # texts alone
