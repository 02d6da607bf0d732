"""The heat image."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("heat", __name__)
