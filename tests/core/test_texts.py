"""Every sentence of the server has its Spanish, and the compiled catalogue is the written one."""

from __future__ import annotations

import gettext
import io
from pathlib import Path

import pytest
from django.conf import settings

from core import catalogues
from core.catalogues import Sentence
from core.management.commands.texts import APPS

FOLDER = settings.BASE_DIR / "locale" / "es" / "LC_MESSAGES"


@pytest.fixture(scope="module")
def said() -> list[Sentence]:
    return catalogues.sentences(settings.BASE_DIR, APPS)


def test_sentences_of_code_and_templates_are_found(said: list[Sentence]) -> None:
    texts = {sentence.text for sentence in said}
    assert "Your role does not allow this." in texts
    assert "You are signed in as %(email)s." in texts
    assert any(sentence.plural for sentence in said)


def test_every_sentence_has_its_spanish(said: list[Sentence]) -> None:
    without = catalogues.missing(said, catalogues.read(FOLDER / "django.po"))
    assert [f"{sentence.place}: {sentence.text}" for sentence in without] == []


def test_the_catalogue_has_no_left_overs(said: list[Sentence]) -> None:
    assert catalogues.unused(said, catalogues.read(FOLDER / "django.po")) == []


def test_the_compiled_catalogue_is_the_written_one(said: list[Sentence]) -> None:
    written = catalogues.compiled(said, catalogues.read(FOLDER / "django.po"))
    assert (FOLDER / "django.mo").read_bytes() == written, "run `python manage.py texts`"


def test_python_reads_the_compiled_catalogue() -> None:
    translations = gettext.GNUTranslations(io.BytesIO((FOLDER / "django.mo").read_bytes()))
    assert translations.gettext("Password") == "Contraseña"
    many = "Too many tries. To protect the account, wait %(minutes)d minutes and try again."
    one = many.replace("minutes and", "minute and")
    assert "%(minutes)d minuto y" in translations.ngettext(one, many, 1)
    assert "%(minutes)d minutos y" in translations.ngettext(one, many, 5)


def test_places_of_values_are_the_same_in_both_languages(said: list[Sentence]) -> None:
    import re

    def places(text: str) -> set[str]:
        return set(re.findall(r"%\(\w+\)[sd]|\{\w*\}", text))

    for text, forms in catalogues.read(FOLDER / "django.po").items():
        for form in forms:
            assert not text or places(form) == places(text), text


def test_a_catalogue_that_is_not_understood_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.po"
    path.write_text('msgctxt "menu"\nmsgid "a"\nmsgstr "b"\n')
    with pytest.raises(ValueError, match="msgctxt"):
        catalogues.read(path)


def test_long_texts_and_comments_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.po"
    path.write_text('# note\nmsgid ""\n"one "\n"two"\nmsgstr "uno \\"dos\\"\\n"\n')
    assert catalogues.read(path) == {"one two": ('uno "dos"\n',)}
