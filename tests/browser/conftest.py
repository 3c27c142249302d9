"""A copy of bandeja and a Chromium for all browser tests, and for each test its own windows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from core.launcher.browser import find
from tests.browser.desk import Desk
from tests.copy import Copy, running_copy
from tests.simulated import Phones

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    # A microphone that hums, and nobody who must allow it.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
# A deadline for what should happen at once: machines for tests are slow and shared.
PATIENCE_MS = 30_000
# The first one waits for the copy and for Chromium to start.
TEST_SECONDS = 300


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(TEST_SECONDS))


@pytest.fixture(scope="package")
def copy() -> Iterator[Copy]:
    with running_copy() as running:
        yield running


# Of the package and not of the session: its event loop would be in the way of asynchronous tests elsewhere.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    program = find()
    assert program is not None, (
        "No Chromium was found: `python -m core.launcher.browser` says what to install."
    )
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(program), args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def sessions() -> dict[str, str]:
    """The cookies of those who have signed in once."""
    return {}


@pytest.fixture
def phones(copy: Copy) -> Iterator[Phones]:
    used = Phones(copy)
    yield used
    used.control("webhooks", {"hold": False})
    used.clear_faults()


@pytest.fixture
def desk(copy: Copy, chromium: Browser, sessions: dict[str, str]) -> Iterator[Desk]:
    """Windows of the people of the demonstration; no page may have met an error that nobody expected."""
    made = Desk(copy, chromium, sessions)
    yield made
    made.close()
    assert made.troubles == []
