"""One copy of bandeja whose parts are killed and starved; each test leaves it well again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.calls import Api
from tests.copy import Copy, running_copy, wait_for
from tests.simulated import Phones


@pytest.fixture(scope="package")
def shared() -> Iterator[Copy]:
    with running_copy() as running:
        yield running


@pytest.fixture
def copy(shared: Copy) -> Iterator[Copy]:
    yield shared
    try:
        wait_for(shared.is_ready, "the copy to be well after the test")
    except AssertionError as error:
        raise AssertionError(f"{error}; the launcher says:\n{shared.said()[-5000:]}") from None


@pytest.fixture
def phones(copy: Copy) -> Iterator[Phones]:
    used = Phones(copy)
    used.control("timeline", {"sent": 0.05, "delivered": 0.2, "read": None})
    yield used
    used.control("webhooks", {"hold": False})
    used.clear_faults()


@pytest.fixture
def api(copy: Copy) -> Api:
    """The first organisation by its key, which sees everything."""
    return Api.by_key(copy.url, copy.organization()["api_key"])
