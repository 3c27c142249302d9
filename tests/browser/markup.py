"""Markup that shows itself wherever it is taken for more than text."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", event => {
    window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""
# What became of a page into which markup found its way.
INJECTED = """() => {
    const foreign = "[data-canary], [onerror], [onload], [onclick], iframe, object, embed";
    const found = [...document.querySelectorAll(foreign)];
    const links = [...document.querySelectorAll("a[href], area[href], form[action], [src]")].filter(element => {
        const address = element.getAttribute("href") ?? element.getAttribute("action") ?? element.getAttribute("src");
        return !/^(https?:|\\/|#|blob:|data:image\\/(svg|png))/i.test(address) || element.closest("script:not([src])");
    });
    return [...found, ...links].map(element => element.outerHTML.slice(0, 200));
}"""


def mark(field: str) -> str:
    """Markup that would show itself, and the name of its field to find it by."""
    return f"\"'><img src=x onerror=alert(1) data-canary=1>[{field}]<script>alert(1)</script><svg onload=alert(1)>"


def assert_inert(page: Page) -> None:
    """No element, no address and no try to run anything came out of what was written."""
    assert found_on(page) == []


def found_on(page: Page) -> list[Any]:
    """What became of markup: elements and addresses out of it, and what the policy had to stop."""
    return [*page.evaluate(INJECTED), *page.evaluate("window.violations")]
