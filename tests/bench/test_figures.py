import pytest

from bench.figures import Latencies, Line, is_flat, median, per_second, percentile, ratio_of_rounds
from bench.table import as_markdown, as_text, verdict


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1), (0.5, 5), (0.9, 9), (0.91, 10), (0.99, 10), (1.0, 10)]
)
def test_a_percentile_is_a_value_that_occurred(share: float, expected: int) -> None:
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share) == expected


def test_nothing_measured_is_zero() -> None:
    assert percentile([], 0.99) == median([]) == per_second(5, 0) == 0
    assert Latencies.of([]) == Latencies(0, 0, 0)


def test_the_ratio_is_the_median_of_the_rounds() -> None:
    # The second round was disturbed, both of its halves alike.
    assert ratio_of_rounds([80, 40, 90], [100, 50, 100]) == pytest.approx(0.8)


def test_a_round_has_both_halves() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratio_of_rounds([1, 2], [1])


def test_latencies_are_milliseconds() -> None:
    shown = Latencies.of([0.001] * 98 + [0.010, 0.250])

    assert (shown.p50, shown.p99, shown.longest) == pytest.approx((1.0, 10.0, 250.0))
    assert str(shown) == "p50 1.0, p99 10.0, max 250 ms"


@pytest.mark.parametrize(
    ("values", "expected"),
    [([5.0] * 20, True), ([3.0, 9.0] * 10, True), ([float(n) for n in range(100)], False), ([3.0], True)],
)
def test_a_queue_that_grows_is_seen(values: list[float], expected: bool) -> None:
    assert is_flat(values, slack=5) is expected


LINES = [
    Line("W1", "webhooks, uvicorn", "8,000/s", "10,000/s", 0.8, "ratio ≥ 0.70", True),
    Line("F7", "a | b", "6.0 s", target="≤ 5 s", is_met=False),
    Line("memory", "web", "90 MB"),
]


def test_the_text_table_has_a_column_a_heading() -> None:
    head, rule, *rows = as_text(LINES).splitlines()

    assert head.split() == ["path", "what", "floor", "ours", "ratio", "target", "met"]
    assert set(rule) == {"-", " "}
    assert len(rows) == len(LINES)
    assert rows[0].endswith("yes")
    assert rows[1].endswith("NO")
    assert {row.index(text) for row, text in zip(rows, ("8,000", "6.0", "90"), strict=True)} == {
        head.index("ours")
    }


def test_the_markdown_table_survives_bars() -> None:
    rows = as_markdown(LINES).splitlines()

    assert rows[2] == "| W1 | webhooks, uvicorn | 10,000/s | 8,000/s | 0.80 | ratio ≥ 0.70 | yes |"
    assert "a \\| b" in rows[3]
    assert verdict(LINES[2]) == "–"
