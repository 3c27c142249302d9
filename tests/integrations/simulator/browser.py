"""What the tests of the phone page do again and again."""

from typing import Any

from playwright.sync_api import Page, expect

from integrations.simulator.testing import RunningSimulator
from tests.integrations.simulator.conftest import MESSAGES, call, text

TOKEN = {"Authorization": "Bearer EAAB_TEST_TOKEN"}


def open_chat(page: Page, name: str) -> None:
    page.locator(".person", has_text=name).click()
    expect(page.locator(".stage-caption")).to_contain_text(name)


def send(phones: RunningSimulator, **changes: Any) -> str:
    return call("POST", phones.base_url + MESSAGES, text(**changes), headers=TOKEN).wamid


def send_kind(phones: RunningSimulator, kind: str, content: Any, **changes: Any) -> str:
    """Send a message of another kind to Laura."""
    return send(phones, text=..., type=kind, **{kind: content}, **changes)
