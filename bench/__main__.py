"""`python -m bench`: measure, print the table, write the page."""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench import page, stage, yardstick
from bench.figures import Line
from bench.options import Bench, Options, say
from bench.table import as_text


def main() -> None:
    options = _options()
    started = time.monotonic()
    with stage.opened() as opened:
        stage.enter(opened)
        lines, paces = _measure(opened, options)
    say(f"\n{as_text(lines)}\n\nMeasured in {(time.monotonic() - started) / 60:.1f} minutes.")
    say(page.pace(paces))
    if options.only:
        say("Only a part was measured: docs/benchmarks.md stays as it is.")
    else:
        page.write(lines, options, paces)
        say("Written to docs/benchmarks.md.")


def _measure(opened: stage.Stage, options: Options) -> tuple[list[Line], dict[str, float]]:
    """Return the figures, and what the yardstick took before each path, in milliseconds."""
    # Models can be imported once Django is set up.
    from bench import paths, seed

    say(f"Seeding at scale {options.scale:g} …")
    bench = Bench(opened, options, seed.seed(options.scale, tenants=paths.tenants_for(options.only)))
    lines: list[Line] = []
    paces: dict[str, float] = {}
    for name, path in paths.wanted(options.only).items():
        say(f"{name}: {paths.meaning(path)}")
        paces[name] = yardstick.measure()
        try:
            with _uncollected():
                lines += path(bench)
        except (RuntimeError, TimeoutError) as error:
            # What was lost, doubled or refused is a figure too: the worst. The other paths are still measured.
            said = " ".join(str(error).split())[:160] or type(error).__name__
            say(f"  {name} could not be measured: {error}")
            lines.append(Line(name, "could not be measured", said, is_met=False))
    return lines, paces


@contextmanager
def _uncollected() -> Iterator[None]:
    """Do without the collector of cycles: the load runs here, and its pauses would count as the product's."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", default="", help="short names of paths, such as W1,F4")
    parser.add_argument("--scale", type=float, default=0.1, help="1 means 200,000 conversations")
    parser.add_argument(
        "--full", action="store_true", help="let W2 and W3 last 60 s and 5 min, as they are defined"
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often floor and product alternate")
    given = parser.parse_args()
    only = tuple(name.strip().upper() for name in given.only.split(",") if name.strip())
    return Options(scale=given.scale, only=only, is_full=given.full, rounds=given.rounds)


if __name__ == "__main__":
    main()
