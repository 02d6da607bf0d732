"""Which pages a process serves, and the one wrapper around every page's layout."""

from __future__ import annotations

import importlib
import pkgutil

import dash

FACES = {"public": ("pages.public",), "staff": ("pages.staff",), "both": ("pages.public", "pages.staff")}


def register(face: str) -> None:
    """Import the pages of a face. Dash keeps its registry per process, and so a process has one face."""
    for package in FACES[face]:
        for found in pkgutil.iter_modules(importlib.import_module(package).__path__, f"{package}."):
            module = importlib.import_module(found.name)
            if found.name in dash.page_registry:
                dash.page_registry[found.name]["layout"] = module.layout
