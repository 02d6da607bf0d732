"""The pages for staff, who may open each, and the one wrapper around every page's layout."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import wraps
from typing import Any

import dash
from dash import _callback, _pages

from domain.people import Permission
from web.session import words

STAFF = "pages.staff"

Page = dict[str, Any]
Layout = Callable[..., Any]

# Which page registered a callback. A callback may be used by whoever may open its page.
_pages_of_callbacks: dict[str, Page] = {}


def register(wrap: Callable[[Page, Layout], Layout]) -> None:
    """Import the pages. Dash keeps its registry per process."""
    for found in pkgutil.iter_modules(importlib.import_module(STAFF).__path__, f"{STAFF}."):
        _register(found.name, wrap)


def _register(name: str, wrap: Callable[[Page, Layout], Layout]) -> None:
    before = len(_callback.GLOBAL_CALLBACK_LIST)
    module = importlib.import_module(name)
    if name not in dash.page_registry:
        return
    page = dash.page_registry[name]
    if "permission" not in page:
        raise ValueError(f"{name} must say which permission it needs; None means any account")
    if "label" in page:
        page["title"] = lambda **_: f"{words().text(page['label'])} · Atalaya"
    page["layout"] = wraps(module.layout)(wrap(page, module.layout))
    for registered in _callback.GLOBAL_CALLBACK_LIST[before:]:
        _pages_of_callbacks[registered["output"]] = page


def permission(page: Page) -> Permission | None:
    found: Permission | None = page["permission"]
    return found


def of_path(path: str) -> Page | None:
    """The page at an address."""
    page, _ = _pages._path_to_page(path.strip("/"))
    return page or None


def of_callback(output: str) -> Page | None:
    """The page that registered a callback; None for those of Dash and the shell."""
    return _pages_of_callbacks.get(output)


def every() -> list[Page]:
    return list(dash.page_registry.values())
