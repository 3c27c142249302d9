"""Live news for the phone pages: a bounded queue per open page."""

import asyncio
from typing import Any

_LONGEST_QUEUE = 500


class Page:
    """One open phone page and the chat that its person looks at."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(_LONGEST_QUEUE)
        self.open_chat: tuple[str, str] | None = None


class Pages:
    """All open pages by the name that each gave itself."""

    def __init__(self) -> None:
        self._pages: dict[str, Page] = {}

    def enter(self, name: str) -> Page:
        """A page connects, perhaps again."""
        page = Page()
        known = self._pages.get(name)
        if known is not None:
            page.open_chat = known.open_chat
        self._pages[name] = page
        return page

    def leave(self, name: str, page: Page) -> None:
        if self._pages.get(name) is page:
            del self._pages[name]

    def look(self, name: str, chat: tuple[str, str] | None) -> None:
        """A page opens a chat, or none."""
        if page := self._pages.get(name):
            page.open_chat = chat

    def is_open(self, phone_number_id: str, user_id: str) -> bool:
        """Tell whether some page shows this chat now."""
        return any(page.open_chat == (phone_number_id, user_id) for page in self._pages.values())

    def publish(self, event: dict[str, Any]) -> None:
        """Tell every page; one that does not keep up is told to load everything anew."""
        for page in self._pages.values():
            if page.queue.full():
                while not page.queue.empty():
                    page.queue.get_nowait()
                page.queue.put_nowait({"type": "reload"})
            else:
                page.queue.put_nowait(event)
