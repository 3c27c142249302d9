"""The frame of the scenarios itself: what was found fails, and the page keeps the rows of those that did not run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import report
from tests.faults.trials import Trial


def test_a_verdict_names_those_to_whom_something_happened() -> None:
    trial = Trial("storm", 7)
    with pytest.raises(AssertionError, match="nothing was judged"):
        trial.verdict()
    trial.hold("lost", [])
    trial.verdict()
    trial.hold("doubled", ["wamid.A", "wamid.B"])
    with pytest.raises(AssertionError, match=r"2 doubled: wamid\.A; wamid\.B"):
        trial.verdict()
    assert trial.counted == "0 lost, 2 doubled"


def test_the_scale_decides_how_much_of_something_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    trial = Trial("storm", 7)
    for scale, wanted in (("", 20), ("1", 1_000), ("0.1", 100), ("0.001", 20)):
        monkeypatch.setenv("BANDEJA_FAULTS_SCALE", scale)
        assert trial.part(1_000, short=20) == wanted


def test_the_page_keeps_other_rows_and_their_order(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"Before\n\n{report.BEGIN}\n{report.END}\n\nAfter\n")
    for name, size in (("storm", "1 | 2"), ("senders", "3"), ("storm", "4")):
        row = report.Row(Trial(name, 7, size=size, found={"lost": []}), "passed", 1.0)
        report.write(page, [row.as_line("today")])
    text = page.read_text()
    assert text.startswith("Before\n")
    assert text.endswith("After\n")
    rows = [line for line in text.splitlines() if line.startswith("| s")][1:]
    assert rows == [
        "| senders | 3 |  | 0 lost | today, 1 s, seed 7 |",
        "| storm | 4 |  | 0 lost | today, 1 s, seed 7 |",
    ]


def test_only_a_run_at_full_size_is_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small run of one scenario must not stand where a full one stood."""
    page = tmp_path / "page.md"
    line = report.Row(Trial("storm", 7, size="4", found={"lost": []}), "passed", 1.0).as_line("today")
    for scale, is_written in (("", False), ("0.1", False), ("1", True), ("2", True)):
        page.write_text(before := f"{report.BEGIN}\n{report.END}\n")
        monkeypatch.setenv("BANDEJA_FAULTS_SCALE", scale)
        assert report.write_if_full(page, [line]).startswith("Written" if is_written else "Not written")
        assert (page.read_text() == before) is not is_written
