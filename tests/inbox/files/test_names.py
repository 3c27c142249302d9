"""Forty names that files come with, and what is left of them."""

from __future__ import annotations

import unicodedata

import pytest
from django.utils.http import content_disposition_header

from inbox.files.names import LONGEST, clean_name, download_name

NAMES = [
    ("factura.pdf", "factura.pdf"),
    ("Cotización año 2026 ñ.pdf", "Cotización año 2026 ñ.pdf"),
    ("../../etc/passwd", "passwd"),
    ("..\\..\\windows\\system32\\cmd.exe", "cmd.exe"),
    ("/absolute/path.txt", "path.txt"),
    ("C:\\Users\\ana\\foto.jpg", "foto.jpg"),
    ("....//....//x", "x"),
    ("..", ""),
    (".", ""),
    ("", ""),
    ("   ", ""),
    ("...", ""),
    (".htaccess", "htaccess"),
    ("nombre.", "nombre"),
    ("nombre. . .", "nombre"),
    ("nul\x00byte.pdf", "nul byte.pdf"),
    ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie_ x=1.pdf"),
    ("tab\there.txt", "tab here.txt"),
    ("esc\x1b[31mred.txt", "esc [31mred.txt"),
    ("del\x7f.txt", "del .txt"),
    ("line\u2028sep\u2029.txt", "line sep .txt"),
    ("informe\u202efdp.exe", "informefdp.exe"),
    ("\u2066hidden\u2069.pdf", "hidden.pdf"),
    ("\u200bzero\ufeffwidth.pdf", "zerowidth.pdf"),
    ("soft\u00adhyphen.pdf", "softhyphen.pdf"),
    ("\u061carabic\u200fmark.pdf", "arabicmark.pdf"),
    ("فاتورة.pdf", "فاتورة.pdf"),
    ("می\u200cخواهم.pdf", "می\u200cخواهم.pdf"),
    ("👩\u200d👩\u200d👧 fotos.zip", "👩\u200d👩\u200d👧 fotos.zip"),
    ("cafe\u0301.txt", "café.txt"),
    ("surrogate\ud800.txt", "surrogate.txt"),
    ("private\ue000use.txt", "privateuse.txt"),
    ('comillas".pdf', "comillas_.pdf"),
    ("<script>alert(1)</script>.html", "script_.html"),
    ("tubería|y?más*.txt", "tubería_y_más_.txt"),
    ("CON", "_CON"),
    ("aux.txt", "_aux.txt"),
    ("COM1.log", "_COM1.log"),
    ("console.txt", "console.txt"),
    ("factura.pdf.exe", "factura.pdf.exe"),
    ("archive.tar.gz", "archive.tar.gz"),
    ("a" * 4000 + ".pdf", "a" * (LONGEST - 4) + ".pdf"),
    ("a" * 4000, "a" * LONGEST),
    ("x." + "y" * 4000, ("x." + "y" * 4000)[:LONGEST]),
    ("../" * 2000 + "x.pdf", "x.pdf"),
    ("%2e%2e%2fpasswd", "%2e%2e%2fpasswd"),
    ("~root", "~root"),
    ("=1+1.csv", "=1+1.csv"),
]


@pytest.mark.parametrize(("given", "cleaned"), NAMES)
def test_a_hostile_name_is_made_harmless(given: str, cleaned: str) -> None:
    found = clean_name(given)
    assert found == cleaned
    assert len(found) <= LONGEST
    assert clean_name(found) == found, "cleaning again changes nothing"
    assert not any(unicodedata.category(sign) in ("Cc", "Cs") for sign in found)
    assert not {"/", "\\"} & set(found)
    header = content_disposition_header(as_attachment=True, filename=found) or "attachment"
    assert not {"\r", "\n"} & set(header)
    header.encode("ascii")


def test_what_came_without_a_name_gets_one_of_ours() -> None:
    assert download_name("", kind="audio", attachment_id=7, mime_type="audio/ogg") == "audio-7.ogg"
    assert download_name("", kind="document", attachment_id=7, mime_type="x/y") == "document-7"
    assert download_name("foto.jpg", kind="image", attachment_id=7, mime_type="image/png") == "foto.jpg"
