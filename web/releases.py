"""What the page of releases sends outside of callbacks: build, decide, take a draft out."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from services import jobs, releases
from web.session import actor, settings, store

blueprint = Blueprint("releases", __name__, url_prefix="/releases")


@blueprint.post("/build")
def build() -> ResponseReturnValue:
    """Ask the worker for the next release, or with `kind=correction` for one that counts everything again."""
    jobs.submit_release(store(), actor(), settings().place, request.form.get("kind") == "correction")
    return redirect("/releases")


@blueprint.post("/jobs/<int:job>/cancel")
def cancel(job: int) -> ResponseReturnValue:
    """Ask the worker to stop a build; nothing of it is left."""
    jobs.cancel(store(), actor(), job, kind="release")
    return redirect("/releases")


@blueprint.post("/<int:number>/approve")
def approve(number: int) -> ResponseReturnValue:
    releases.approve(store(), actor(), number)
    return redirect("/releases")


@blueprint.post("/<int:number>/reject")
def reject(number: int) -> ResponseReturnValue:
    releases.reject(store(), actor(), number, request.form.get("reason", ""))
    return redirect("/releases")


@blueprint.get("/<int:number>.zip")
def draft(number: int) -> Response:
    """A draft as it would be published."""
    content = releases.draft(store(), actor(), number).archive().read_bytes()
    response = Response(content, mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=f"draft-{number:04d}.zip")
    response.cache_control.no_store = True
    return response
