"""The small refusals of request bodies, in Meta's words."""

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from integrations.simulator.graph.errors import GraphError


def only(value: Mapping[str, Any], allowed: Iterable[str], where: str) -> None:
    """Refuse keys that Meta does not know."""
    known = set(allowed)
    for key in value:
        if key not in known:
            raise GraphError(100, f'Unexpected key "{key}" on param "{where}".')


def an_object(value: Mapping[str, Any], name: str, where: str = "") -> Mapping[str, Any]:
    """A mandatory object."""
    if value.get(name) is None:
        missing(name, where)
    found = value[name]
    if not isinstance(found, dict):
        raise GraphError(131009, f"Param {path(where, name)} must be a JSON object.")
    return found


def a_list(value: Mapping[str, Any], name: str, where: str, *, most: int) -> list[Mapping[str, Any]]:
    """A mandatory list of one to `most` objects."""
    if value.get(name) is None:
        missing(name, where)
    found = value[name]
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise GraphError(131009, f"Param {path(where, name)} must be an array of objects.")
    if not 1 <= len(found) <= most:
        raise GraphError(131009, f"Param {path(where, name)} must have between 1 and {most} elements.")
    return found


def text(value: Mapping[str, Any], name: str, where: str, most: int | None = None) -> str:
    """A mandatory string that is not empty."""
    if value.get(name) in (None, ""):
        missing(name, where or "root")
    found = value[name]
    if not isinstance(found, str):
        raise GraphError(131009, f"Param {path(where, name)} must be a string.")
    if most is not None and len(found) > most:
        too_long(path(where, name), most)
    return found


def optional_text(
    value: Mapping[str, Any], name: str, where: str = "", most: int | None = None
) -> str | None:
    """A string that may be missing."""
    found = value.get(name)
    if found is None:
        return None
    if not isinstance(found, str):
        raise GraphError(131009, f"Param {path(where, name)} must be a string.")
    if most is not None and len(found) > most:
        too_long(path(where, name), most)
    return found


def one_of(value: Mapping[str, Any], name: str, where: str, allowed: Iterable[str]) -> str:
    """A mandatory string out of a list."""
    found, names = text(value, name, where), list(allowed)
    if found not in names:
        raise GraphError(131009, f"Param {path(where, name)} must be one of {{{', '.join(names)}}}.")
    return found


def path(where: str, name: str) -> str:
    """How Meta names a param inside another: text['body']."""
    return f"{where}['{name}']" if where and where != "root" else name


def missing(name: str, where: str) -> NoReturn:
    raise GraphError(131008, f"Parameter '{name}' is mandatory for param '{where}'")


def too_long(param: str, length: int) -> NoReturn:
    sentence = f"Param {param} must be at most {length} characters long."
    raise GraphError(100, sentence, message=f"(#100) {sentence}")
