"""Reading a form out of a page as a browser would, and sending it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import altcha


@dataclass
class Form(HTMLParser):
    """The values of the form of a page that begins with `id`, or of its only form."""

    id: str = ""
    action: str = ""
    values: dict[str, list[str]] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    challenge: str = ""
    _inside: bool = False
    _name: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.ids |= {told["id"]} if "id" in told else set()
        if tag == "form" and (not self.id or told.get("id") == self.id):
            self._inside, self.action = True, told.get("action", "")
        if not self._inside:
            return
        if "data-challenge" in told:
            self.challenge = told["data-challenge"]
        name, unticked = told.get("name", ""), told.get("type") in ("checkbox", "radio") and "checked" not in told
        if tag == "input" and name and not unticked and told.get("type") != "file":
            self.values.setdefault(name, []).append(told.get("value", ""))
        if tag in ("select", "textarea"):
            self._name = name
            self.values.setdefault(name, []).append("")
        if tag == "option" and "selected" in told:
            self.values[self._name][-1] = told.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._inside and self._name and self._name in self.values and not self._choosing:
            self.values[self._name][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._name = ""
        if tag == "form":
            self._inside = False

    @property
    def _choosing(self) -> bool:
        return self.lasttag in ("select", "option")

    def solved(self) -> str:
        """The work that the page asks of a browser."""
        challenge = altcha.Challenge.from_dict(json.loads(self.challenge))
        solution = altcha.solve_challenge(challenge)
        assert solution is not None
        return altcha.Payload(challenge, solution).to_base64()

    def filled(self, **typed: Any) -> dict[str, Any]:
        """What a browser sends after this was typed."""
        return {**self.values, **typed}


def form(page: str, id: str = "") -> Form:
    found = Form(id)
    found.feed(page)
    return found
