"""One copy of bandeja whose parts are killed and starved; each test leaves it well again.

Tests marked `scenario("name")` are rows of the table in docs/reliability.md: short as part of all tests, in full by
`make faults`.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.calls import Api
from tests.copy import Copy, running_copy, wait_for
from tests.faults import meta, report
from tests.faults.trials import SEED, Trial, new_seed, scale
from tests.simulated import Phones

ROWS: pytest.StashKey[list[report.Row]] = pytest.StashKey()
OUTCOME: pytest.StashKey[pytest.TestReport] = pytest.StashKey()
# The first one waits for the copy to start.
TEST_SECONDS = 300
SHORT_RUN_SECONDS = 480


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the scenarios their time: at full size nobody knows how long they take."""
    here = Path(__file__).parent
    for item in items:
        if item.get_closest_marker("scenario"):
            item.add_marker(pytest.mark.timeout(SHORT_RUN_SECONDS if scale() is None else 0))
        elif item.path.is_relative_to(here):
            item.add_marker(pytest.mark.timeout(TEST_SECONDS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember how the test itself ended, for its row."""
    outcome = yield
    if outcome.when == "call":
        item.stash[OUTCOME] = outcome
    return outcome


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table, and write it down when asked to."""
    rows = config.stash.get(ROWS, [])
    if not rows:
        return
    lines = report.lines_of(rows)
    terminalreporter.section("faults")
    for line in (report.HEAD, *lines):
        terminalreporter.write_line(line)
    if page := os.environ.get("BANDEJA_FAULTS_REPORT", ""):
        terminalreporter.write_line(report.write_if_full(Path(page), lines))


@pytest.fixture(scope="package")
def shared() -> Iterator[Copy]:
    # The limits of the API are tested elsewhere; here they would only slow down those who load the copy.
    with running_copy(API_REQUESTS_PER_SECOND="100000", API_BURST="100000") as running:
        yield running


@pytest.fixture
def copy(shared: Copy) -> Iterator[Copy]:
    yield shared
    try:
        wait_for(shared.is_ready, "the copy to be well after the test")
    except AssertionError as error:
        raise AssertionError(f"{error}; the launcher says:\n{shared.said()[-5000:]}") from None


@pytest.fixture
def seed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """What all dice of the test follow from, those of processes beside the copy included; printed."""
    seed = new_seed()
    monkeypatch.setenv(SEED, str(seed))
    # Several tests may have one seed and share a copy, in which an id or a number is somebody's for good.
    meta.ids_from(f"{seed}/{request.node.name}")
    return seed


@pytest.fixture
def phones(copy: Copy, seed: int, request: pytest.FixtureRequest) -> Iterator[Phones]:
    used = Phones(copy, dice=random.Random(f"{seed}/{request.node.name}"))
    used.control("timeline", {"sent": 0.05, "delivered": 0.2, "read": None})
    yield used
    used.control("webhooks", {"hold": False})
    used.clear_faults()


@pytest.fixture
def api(copy: Copy) -> Api:
    """The first organisation by its key, which sees everything."""
    return Api.by_key(copy.url, copy.organization()["api_key"])


@pytest.fixture
def trial(request: pytest.FixtureRequest, seed: int) -> Iterator[Trial]:
    """The row of the scenario that the test is."""
    marker = request.node.get_closest_marker("scenario")
    running = Trial(marker.args[0], seed)
    began = time.monotonic()
    yield running
    ended = request.node.stash.get(OUTCOME, None)
    row = report.Row(running, ended.outcome if ended else "broken", time.monotonic() - began)
    request.config.stash.setdefault(ROWS, []).append(row)
