"""What interactive messages may say: buttons, lists, links, requests, products, flows."""

from collections.abc import Callable, Mapping
from typing import Any

from integrations.simulator.graph import checks
from integrations.simulator.graph.errors import GraphError
from integrations.simulator.graph.kinds import FileRef, Read, file_ref

BODY, LONG_BODY, SHORT = 1024, 4096, 60
_WHERE = "interactive['action']"


def interactive(body: Mapping[str, Any]) -> Read:
    """Read `interactive`."""
    content = checks.an_object(body, "interactive")
    checks.only(content, {"type", "header", "body", "footer", "action"}, "interactive")
    kind = checks.one_of(content, "type", "interactive", _ACTIONS)
    words = ""
    if content.get("body") is not None or kind not in ("product",):
        part = checks.an_object(content, "body", "interactive")
        checks.only(part, {"text"}, "interactive['body']")
        words = checks.text(part, "text", "interactive['body']", LONG_BODY if kind == "list" else BODY)
    if content.get("footer") is not None:
        footer = checks.an_object(content, "footer", "interactive")
        checks.only(footer, {"text"}, "interactive['footer']")
        checks.text(footer, "text", "interactive['footer']", SHORT)
    files = _header(content, kind)
    _ACTIONS[kind](checks.an_object(content, "action", "interactive"))
    return words, files


def _header(content: Mapping[str, Any], kind: str) -> list[FileRef]:
    where = "interactive['header']"
    if content.get("header") is None:
        if kind == "product_list":
            checks.missing("header", "interactive")
        return []
    header = checks.an_object(content, "header", "interactive")
    allowed = _HEADERS.get(kind, ())
    if not allowed:
        raise GraphError(131009, f"Interactive messages of type {kind} have no header.")
    header_type = checks.one_of(header, "type", where, allowed)
    checks.only(header, {"type", header_type}, where)
    if header_type == "text":
        checks.text(header, "text", where, SHORT)
        return []
    file = checks.an_object(header, header_type, where)
    checks.only(file, {"id", "link", *(("filename",) if header_type == "document" else ())}, where)
    return [file_ref(file, header_type, f"{where}['{header_type}']")]


def _buttons(action: Mapping[str, Any]) -> None:
    checks.only(action, {"buttons"}, _WHERE)
    replies = []
    for button in checks.a_list(action, "buttons", _WHERE, most=3):
        checks.only(button, {"type", "reply"}, f"{_WHERE}['buttons']")
        checks.one_of(button, "type", f"{_WHERE}['buttons']", ("reply",))
        reply = checks.an_object(button, "reply", f"{_WHERE}['buttons']")
        checks.only(reply, {"id", "title"}, "reply")
        replies.append((checks.text(reply, "id", "reply", 256), checks.text(reply, "title", "reply", 20)))
    _unique([one for one, _ in replies], "Button ids")
    _unique([title for _, title in replies], "Button titles")


def _list(action: Mapping[str, Any]) -> None:
    checks.only(action, {"button", "sections"}, _WHERE)
    checks.text(action, "button", _WHERE, 20)
    sections = checks.a_list(action, "sections", _WHERE, most=10)
    ids: list[str] = []
    for section in sections:
        checks.only(section, {"title", "rows"}, "section")
        title = checks.optional_text(section, "title", "section", 24)
        if len(sections) > 1 and not title:
            checks.missing("title", "section")
        for row in checks.a_list(section, "rows", "section", most=10):
            checks.only(row, {"id", "title", "description"}, "row")
            ids.append(checks.text(row, "id", "row", 200))
            checks.text(row, "title", "row", 24)
            checks.optional_text(row, "description", "row", 72)
    if len(ids) > 10:
        raise GraphError(131009, "Total row count exceed max allowed count: 10.")
    _unique(ids, "Row ids")


def _link(action: Mapping[str, Any]) -> None:
    parameters = _named(action, "cta_url", {"display_text", "url"})
    checks.text(parameters, "display_text", "parameters", 20)
    url = checks.text(parameters, "url", "parameters", 2000)
    if not url.startswith(("http://", "https://")):
        raise GraphError(131009, "Param parameters['url'] is not a valid URI.")


def _flow(action: Mapping[str, Any]) -> None:
    keys = {"flow_message_version", "flow_id", "flow_name", "flow_cta", "flow_token", "flow_action",
            "flow_action_payload", "mode"}  # fmt: skip
    parameters = _named(action, "flow", keys)
    checks.one_of(parameters, "flow_message_version", "parameters", ("3",))
    checks.text(parameters, "flow_cta", "parameters", 30)
    if not parameters.get("flow_id") and not parameters.get("flow_name"):
        checks.missing("flow_id", "parameters")


def _request(name: str) -> Callable[[Mapping[str, Any]], None]:
    def read(action: Mapping[str, Any]) -> None:
        checks.only(action, {"name"}, _WHERE)
        checks.one_of(action, "name", _WHERE, (name,))

    return read


def _product(action: Mapping[str, Any]) -> None:
    checks.only(action, {"catalog_id", "product_retailer_id"}, _WHERE)
    checks.text(action, "catalog_id", _WHERE)
    checks.text(action, "product_retailer_id", _WHERE)


def _products(action: Mapping[str, Any]) -> None:
    checks.only(action, {"catalog_id", "sections"}, _WHERE)
    checks.text(action, "catalog_id", _WHERE)
    count = 0
    for section in checks.a_list(action, "sections", _WHERE, most=10):
        checks.only(section, {"title", "product_items"}, "section")
        checks.text(section, "title", "section", 24)
        for item in checks.a_list(section, "product_items", "section", most=30):
            checks.only(item, {"product_retailer_id"}, "product_items")
            checks.text(item, "product_retailer_id", "product_items")
            count += 1
    if count > 30:
        raise GraphError(131009, "Total product count exceed max allowed count: 30.")


def _named(action: Mapping[str, Any], name: str, keys: set[str]) -> Mapping[str, Any]:
    checks.only(action, {"name", "parameters"}, _WHERE)
    checks.one_of(action, "name", _WHERE, (name,))
    parameters = checks.an_object(action, "parameters", _WHERE)
    checks.only(parameters, keys, "parameters")
    return parameters


def _unique(values: list[str], what: str) -> None:
    if len(set(values)) != len(values):
        raise GraphError(131009, f"{what} must be unique.")


_ACTIONS: dict[str, Callable[[Mapping[str, Any]], None]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _link,
    "location_request_message": _request("send_location"),
    "contact_request": _request("request_contact_info"),
    "product": _product,
    "product_list": _products,
    "flow": _flow,
}
_FILES = ("text", "image", "video", "document")
_HEADERS: dict[str, tuple[str, ...]] = {
    "button": _FILES,
    "list": ("text",),
    "cta_url": _FILES,
    "flow": _FILES,
    "product_list": ("text",),
}
