"""Settings that are lists."""

from __future__ import annotations

import pytest

from core.project import environment


@pytest.mark.parametrize(
    "typed", ["a.example,b.example", " a.example , b.example ", "a.example,\tb.example,,"]
)
def test_blanks_around_a_name_do_not_count(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", typed)
    assert environment.listed("ALLOWED_HOSTS", "") == ["a.example", "b.example"]
