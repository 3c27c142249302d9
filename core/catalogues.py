"""Translated sentences: which ones the program says, what the catalogue has, and its compiled form.

Code is written in English and `locale/es/LC_MESSAGES/django.po` holds the Spanish. gettext's own programs are not
needed: the catalogue is small, and a machine that runs bandeja may not have them.
"""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

Entries = dict[str, tuple[str, ...]]

_SINGLE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
_PLURAL = {"ngettext", "ngettext_lazy"}
_STRING = r"""u?("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
_IN_TEMPLATE = re.compile(rf"\b(n?gettext)\({_STRING}(?:, {_STRING})?")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the program; `plural` is empty when it has no number."""

    text: str
    plural: str
    place: str


def sentences(root: Path, apps: list[str]) -> list[Sentence]:
    """Find what is marked for translation in the Python files and templates of the apps."""
    found: list[Sentence] = []
    for app in apps:
        for path in sorted((root / app).rglob("*")):
            if "node_modules" in path.parts or path.suffix not in (".py", ".html", ".txt"):
                continue
            if path.suffix == ".py":
                found += _in_python(path, str(path.relative_to(root)))
            elif "templates" in path.parts:
                found += _in_template(path, str(path.relative_to(root)))
    return found


def _in_python(path: Path, place: str) -> Iterator[Sentence]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        wanted = 1 if node.func.id in _SINGLE else 2 if node.func.id in _PLURAL else 0
        texts = [
            arg.value
            for arg in node.args[:wanted]
            if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if wanted and len(texts) == wanted:
            yield Sentence(texts[0], texts[1] if wanted == 2 else "", f"{place}:{node.lineno}")


def _in_template(path: Path, place: str) -> Iterator[Sentence]:
    for kind, text, plural in _IN_TEMPLATE.findall(templatize(path.read_text())):
        yield Sentence(ast.literal_eval(text), ast.literal_eval(plural) if kind == "ngettext" else "", place)


def read(path: Path) -> Entries:
    """Read a catalogue: sentence → its forms (one, or one for each number).

    Raises:
        ValueError: a line that this small reader does not know, such as a context.
    """
    entries: Entries = {}
    forms: list[tuple[str, str]] = []
    for number, raw in enumerate([*path.read_text().splitlines(), ""], start=1):
        line = raw.strip()
        if line.startswith("#"):
            continue
        if line.startswith('"') and forms:
            keyword, text = forms[-1]
            forms[-1] = (keyword, text + ast.literal_eval(line))
        elif match := re.fullmatch(r"(msgid|msgid_plural|msgstr(?:\[\d\])?) (\".*\")", line):
            forms.append((match[1], ast.literal_eval(match[2])))
        elif line:
            raise ValueError(f"{path}:{number}: {line!r}")
        if not line and forms:
            entries[forms[0][1]] = tuple(text for keyword, text in forms if keyword.startswith("msgstr"))
            forms = []
    return entries


def missing(said: list[Sentence], entries: Entries) -> list[Sentence]:
    """Return what is said and has no translation, or not one for each number."""
    return [
        sentence
        for sentence in said
        if len([form for form in entries.get(sentence.text, ()) if form]) < (2 if sentence.plural else 1)
    ]


def unused(said: list[Sentence], entries: Entries) -> list[str]:
    """Return what the catalogue has and nobody says any more."""
    return sorted(set(entries) - {""} - {sentence.text for sentence in said})


def compiled(said: list[Sentence], entries: Entries) -> bytes:
    """Return the catalogue in gettext's binary form (MO).

    Source: GNU gettext manual, "The Format of GNU MO Files".
    """
    plurals = {sentence.text: sentence.plural for sentence in said if sentence.plural}
    pairs = sorted(
        ((f"{text}\0{plurals[text]}" if text in plurals else text).encode(), "\0".join(forms).encode())
        for text, forms in entries.items()
    )
    count, header = len(pairs), 28
    offset = header + 16 * count
    tables, blob = [b"", b""], b""
    for side in (0, 1):
        for pair in pairs:
            tables[side] += struct.pack("<II", len(pair[side]), offset + len(blob))
            blob += pair[side] + b"\0"
    return (
        struct.pack("<7I", 0x950412DE, 0, count, header, header + 8 * count, 0, 0)
        + tables[0]
        + tables[1]
        + blob
    )
