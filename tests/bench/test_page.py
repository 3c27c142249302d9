import pytest

from bench import page, yardstick
from bench.figures import Line
from bench.options import Options


def test_only_the_measured_part_is_replaced() -> None:
    text = f"# Title\n\nwords\n\n{page.BEGIN}\nold\n{page.END}\n\nfindings\n"

    new = page.replaced(text, "new")

    assert "old" not in new
    assert new.startswith("# Title\n\nwords\n")
    assert new.endswith("\n\nfindings\n")
    assert page.replaced(new, "new") == new


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="has no"):
        page.replaced("# Title", "new")


def test_the_page_of_the_project_has_the_marks() -> None:
    assert page.BEGIN in page.replaced(page.PAGE.read_text(), "x")


def test_growth_stands_in_a_table_of_its_own() -> None:
    lines = [Line("W1", "webhooks", "1/s"), Line("growth", "50 sockets", "2 µs")]

    figures, table, growth, grown = page.sections(lines)

    assert (figures, growth) == ("## Figures", "## How cost grows")
    assert "webhooks" in table
    assert "50 sockets" not in table
    assert "50 sockets" in grown


def test_conditions_name_machine_commit_and_versions() -> None:
    said = page.conditions(Options(scale=0.5, is_full=True))

    for words in ("at commit `", "scale 0.5", "whole times", "cores", "Django 5", "psycopg 3"):
        assert words in said


def test_the_pace_of_the_machine_stands_beside_the_figures() -> None:
    assert page.pace({"W1": 41.4, "I5": 65.0}).endswith("before each path: W1 41, I5 65.")


def test_the_yardstick_takes_processor_time() -> None:
    assert yardstick.measure() > 0
