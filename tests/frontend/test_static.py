"""Files of the client and of the pages: found without a step in between, kept by browsers as long as is right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from whitenoise.base import WhiteNoise


@pytest.mark.parametrize(
    "name", ["pages.css", "sign-in.js", "color-scheme.js", "favicon.svg", "icon-180.png", "inter-latin.woff2"]
)
def test_files_of_the_pages_are_served(client: Client, name: str) -> None:
    response = client.get(f"/static/frontend/{name}")
    b"".join(response)
    assert response.status_code == 200
    assert response["Cache-Control"] == "max-age=60, public"


@pytest.mark.parametrize(
    ("address", "for_ever"),
    [
        ("/static/client/assets/main-CpFWh6l4.js", True),
        ("/static/client/assets/main-B_qV8-Fr.css", True),
        ("/static/client/assets/inter-latin-wght-normal-Dx4kXJAl.woff2", True),
        ("/static/client/color-scheme.js", False),
        ("/static/client/emoji/es/data.json", False),
        ("/static/client/assets/main.js", False),
        ("/static/frontend/sign-in.js", False),
        ("/static/frontend/x/assets/main-CpFWh6l4.js", False),
    ],
)
def test_only_names_that_change_with_their_content_are_kept_for_ever(address: str, for_ever: bool) -> None:
    noise = WhiteNoise(None, immutable_file_test=settings.WHITENOISE_IMMUTABLE_FILE_TEST)
    assert bool(noise.immutable_file_test("", address)) is for_ever


def test_nothing_beside_the_files_can_be_read(client: Client) -> None:
    for address in (
        "/static/../manage.py",
        "/static/frontend/../../../manage.py",
        "/static/%2e%2e/manage.py",
    ):
        assert client.get(address).status_code == 404


def test_texts_and_background_of_the_pages_have_enough_contrast() -> None:
    """WCAG AA: 4.5 to 1 for text, 3 to 1 for the border of a field, in both schemes."""
    css = Path(str(finders.find("frontend/pages.css"))).read_text()
    pairs = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6}), (?:#\w{6})\)", css))
    dark = dict(re.findall(r"--([\w-]+): light-dark\((?:#\w{6}), (#\w{6})\)", css))
    for scheme in (pairs, dark):
        for text, ground in [
            ("text", "canvas"),
            ("text", "surface"),
            ("text", "field"),
            ("dimmed", "canvas"),
            ("dimmed", "surface"),
            ("accent-text", "surface"),
            ("accent-text", "selected"),
            ("accent-text", "field"),
            ("danger", "surface"),
            ("warning", "warning-tint"),
        ]:
            assert _contrast(scheme[text], scheme[ground]) >= 4.5, (text, ground, scheme[text])
        assert _contrast(scheme["field-border"], scheme["surface"]) >= 3
    assert _contrast("#ffffff", "#0b7a75") >= 4.5


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
