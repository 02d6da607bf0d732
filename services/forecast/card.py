"""The model card of a forecast for the register of algorithms: what a run and its scores know of themselves.

People write the rest: who answers for it, on what legal basis, until when. What they wrote stays; what the run knows
is told anew from the newest one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from analytics.forecast.content import Content
from analytics.forecast.metrics import Score
from analytics.forecast.told import Exposure, Tracking
from data_access.store import Store
from domain.errors import NotFound
from domain.forecast.models import MAIN
from domain.forecast.sealed import Sealed, Standing, Target
from domain.people import Actor, Permission, require
from domain.periods import Quarter
from domain.registers.algorithms import About, Status
from domain.registers.fields import Entry
from locales import LANGUAGES, Words
from services import clock, ground
from services.forecast import exposed, tracking
from services.forecast.place import zone_of

# What the program itself says of every forecast, until somebody has written it in their own words.
PROPOSED = (
    *("theme", "scope", "not_for", "benefit", "alternatives", "proportionality", "integration", "told_to_staff"),
    *("human_decisions", "human_intervention", "sharing", "storage", "retention", "bias", "risks", "mitigations"),
    *("feedback_test", "under_reporting", "equity"),
)
# What follows from the newest run, and is told anew each time.
OF_RUN = (
    *("name", "description", "model_type", "working", "frequency", "phase", "source", "targets", "gate", "horizon"),
    *("baselines", "calibration", "exposure_audit"),
)
KEPT = (*PROPOSED, "starts")
SHARES = {"hit_rate_5": 0.05, "hit_rate_10": 0.10, "hit_rate_20": 0.20}


def draft(store: Store, actor: Actor, target: Target, before: Entry) -> dict[str, Any]:
    """What an entry would say of a target's newest forecast; `before` is the entry as it stands, empty for a new one.

    The form of the register takes it, a person reads it and saves it as any other version. Raises Forbidden, or
    NotFound where nothing was forecast.
    """
    require(actor, Permission.REGISTERS)
    coming = tracking.coming(store, actor, target)
    try:
        measured = tracking.tracking(store, actor, target)
    except NotFound:
        measured = None
    zone = zone_of(store)
    audited = exposed.newest(store, target, datetime.fromtimestamp(clock.now(), zone).date())
    known = _switch(coming.standing, zone) | _known(coming.sealed, coming.content, measured)
    if audited is not None:
        known["exposure_audit"] = _audited(store, known["exposure_audit"], *audited)
    return {name: value for name, value in before.items() if name not in known} | {
        name: before[name] if name in KEPT and before.get(name) else value for name, value in known.items()
    }


def _known(sealed: Sealed, content: Content, measured: Tracking | None) -> dict[str, Any]:
    score = measured.pooled.get(MAIN) if measured else None
    parts = _parts(sealed, content, score)
    told = {name: _both(name, parts) for name in (*PROPOSED, *OF_RUN) if score or name != "calibration"}
    return {
        **told,
        "about": str(About.PLACES),
        "status": str(Status.USE if score else Status.DEVELOPMENT),
        "category": "high_risk",
        "variables": variables(content.facts["features"]),
        "model_version": sealed.version,
        "sha256": sealed.seal,
        **({"starts": measured.weeks[0].sealed.week.isoformat()} if measured else {}),
        **(_figures(score, measured) if score and measured else {}),
    }


def _parts(sealed: Sealed, content: Content, score: Score | None) -> dict[str, Mapping[str, object]]:
    """What the sentences are filled with, in each language."""
    weeks = content.facts.get("weeks", {})
    filled: dict[str, Mapping[str, object]] = {}
    for language in LANGUAGES:
        words = Words(language)
        names = words.listed(_name(code, words) for code in sealed.target.codes)
        filled[language] = {
            "target": names.lower(),
            "types": words.listed(words.term("type", code) for code in sorted(sealed.target.types)),
            "cell": sealed.target.cell,
            "first": weeks.get("first", ""),
            "last": weeks.get("last", ""),
            "snapshot": sealed.snapshot,
            "weeks": score.weeks if score else 0,
            "predicted": words.number(score.predicted) if score else "",
            "observed": words.number(score.events - score.outside) if score else "",
            "level": words.number(score.level or 0, 2) if score else "",
        }
    return filled


def _audited(store: Store, how: Mapping[str, str], quarter: Quarter, found: Exposure) -> dict[str, str]:
    """How exposure is audited, and what the audit of the newest closed quarter found."""
    told, audit = {}, found.audit
    names = ground.precinct_names(store, store.snapshot())
    for language in LANGUAGES:
        words = Words(language, names)
        parts: dict[str, object] = {
            "quarter": words.text("forecast_public.quarter", number=quarter.number, year=str(quarter.year)),
            "gini": words.number(audit.gini or 0, 2),
            "longest": max(area.longest for area in audit.areas),
            "areas": words.listed(words.term("precinct", area.code) for area in audit.alarms),
        }
        said = words.text(f"forecast_card.audited.{'alarms' if audit.alarms else 'no_alarms'}", **parts)
        told[language] = f"{how[language]} {said}"
    return told


def _name(code: str, words: Words) -> str:
    return words.term("type" if "." in code else "family", code)


def _both(name: str, parts: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    return {language: Words(language).text(f"forecast_card.{name}", **parts[language]) for language in LANGUAGES}


def variables(features: Sequence[tuple[str, float, float]]) -> tuple[str, ...]:
    """Everything that goes in, in both languages: a line for each source and surroundings, with all its memories."""
    memories: dict[tuple[str, float], list[float]] = {}
    for source, memory, reach in features:
        memories.setdefault((source, reach), []).append(memory)
    return tuple(_variable(source, reach, found) for (source, reach), found in memories.items())


def _variable(source: str, reach: float, memories: Sequence[float]) -> str:
    """Variables are one list for all readers."""
    said, memory = [], []
    for language in LANGUAGES:
        words = Words(language)
        where = words.text("forecast_card.around" if reach else "forecast_card.here", cells=words.number(reach, 1))
        said.append(f"{words.text(f'forecast_card.sources.{source}')}, {where}")
        memory.append(words.text("forecast_card.memory"))
    fading = f"; {' / '.join(memory)}: {', '.join(f'{one:g}' for one in memories)}"
    return " / ".join(said) + (fading if source != "season" else "")


def _switch(standing: Standing, zone: ZoneInfo) -> dict[str, Any]:
    switched = next((one.at for one in standing.log if one.action in ("off", "on")), None)
    day = datetime.fromtimestamp(switched, zone).date().isoformat() if switched is not None else None
    return {"switch": "off" if standing.off else "on", "switched": day}


def _figures(score: Score, measured: Tracking) -> dict[str, Any]:
    rates = {name: score.hits(coverage).hit_rate for name, coverage in SHARES.items()}
    simple = [pooled for model, pooled in measured.pooled.items() if model is not MAIN]
    skill = score.skill(min(simple, key=lambda one: one.deviance))
    pai = score.hits(0.05).pai
    return {
        **{name: round(rate, 3) for name, rate in rates.items() if rate is not None},
        **({"pai": round(pai, 2)} if pai is not None else {}),
        **({"skill": round(skill, 3)} if skill is not None else {}),
    }
