"""What a callback's body may look like: as the browser's half of Dash writes it, and no other way.

Nothing in it is believed. It only has to fit what the callback was registered with, so that Dash can take it apart.
"""

from __future__ import annotations

import json
from typing import Any

from dash import Dash

from domain.errors import Invalid


def understood(app: Dash, body: Any) -> dict[str, Any]:
    """The body of a callback of this application. Raises Invalid("malformed")."""
    output = body.get("output") if isinstance(body, dict) else None
    registered = app.callback_map.get(output) if isinstance(output, str) else None
    if registered is None or "callback" not in registered:
        raise Invalid("malformed")
    changed = body.get("changedPropIds", [])
    fits = (
        _fits(body.get("inputs", []), registered["inputs"])
        and _fits(body.get("state", []), registered["state"])
        and all(map(_is_prop, _flat(body.get("outputs", []))))
        and isinstance(changed, list)
        and all(isinstance(prop, str) for prop in changed)
    )
    if not fits:
        raise Invalid("malformed")
    found: dict[str, Any] = body
    return found


def is_router(body: dict[str, Any]) -> bool:
    """Whether this is Dash asking for the layout of a page."""
    return bool(body["output"].startswith(".._pages_content."))


def pathname(body: dict[str, Any]) -> str:
    """The address that the router is asked for."""
    value = next((given.get("value") for given in body["inputs"] if given["property"] == "pathname"), None)
    if not isinstance(value, str):
        raise Invalid("malformed")
    return value


def _fits(given: Any, registered: list[dict[str, Any]]) -> bool:
    """Whether what was sent has the ids and properties that were registered, in their order."""
    if not isinstance(given, list) or len(given) != len(registered):
        return False
    return all(_fits_one(sent, known) for sent, known in zip(given, registered, strict=True))


def _fits_one(sent: Any, known: dict[str, Any]) -> bool:
    if known["id"].startswith("{"):  # a pattern: Dash sends one dictionary, or a list of them
        return all(_is_prop(one) and one["property"] == known["property"] for one in _flat(sent))
    return _is_prop(sent) and (_id(sent), sent["property"]) == (known["id"], known["property"])


def _id(sent: dict[str, Any]) -> str:
    return sent["id"] if isinstance(sent["id"], str) else json.dumps(sent["id"], sort_keys=True, separators=(",", ":"))


def _is_prop(sent: Any) -> bool:
    return isinstance(sent, dict) and isinstance(sent.get("id"), str | dict) and isinstance(sent.get("property"), str)


def _flat(given: Any) -> list[Any]:
    if not isinstance(given, list):
        return [given]
    return [one for part in given for one in _flat(part)]
