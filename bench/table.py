"""The table, as the terminal and the page show it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bench.figures import Line

HEADINGS = ("path", "what", "floor", "ours", "ratio", "target", "met")


def cells(line: Line) -> tuple[str, ...]:
    """The texts of one line, in the order of the headings."""
    return (
        line.path,
        line.what,
        line.floor or "–",
        line.ours,
        "–" if line.ratio is None else f"{line.ratio:.2f}",
        line.target or "–",
        verdict(line),
    )


def verdict(line: Line) -> str:
    if line.is_met is None:
        return "–"
    return "yes" if line.is_met else "NO"


def as_text(lines: Sequence[Line]) -> str:
    """Columns of equal width for the terminal."""
    rows = [HEADINGS, *(cells(line) for line in lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
    shown = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows]
    shown.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(row.rstrip() for row in shown)


def as_markdown(lines: Sequence[Line]) -> str:
    rows = [HEADINGS, ("---",) * len(HEADINGS), *(cells(line) for line in lines)]
    return "\n".join("| " + " | ".join(text.replace("|", "\\|") for text in row) + " |" for row in rows)
