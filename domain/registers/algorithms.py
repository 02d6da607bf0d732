"""The register of algorithms: one entry for each system that helps somebody decide, in both languages.

The fields join what the Dutch register, the British standard ATRS and Chile's Council for Transparency ask for. A
model about places must tell more: what goes in, what it is measured against, how it is switched off.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from domain.registers.fields import Entry, Field, Kind, Listed, Problem, Value, day, is_empty, understood

SHORT = 350  # letters of the description
LONG = 4_000
BOTH, CHOICE, DAY, LINK = Kind.BOTH, Kind.CHOICE, Kind.DAY, Kind.LINK


class Status(StrEnum):
    DEVELOPMENT = "in_development"
    USE = "in_use"
    ENDED = "out_of_use"


class About(StrEnum):
    """What an algorithm looks at."""

    PLACES = "places"
    VIDEO = "video"
    OTHER = "other"


def _said(name: str, section: str, required: bool = False) -> Field:
    return Field(name, section, BOTH, required, LONG)


FIELDS = (
    Field("name", "general", BOTH, True, 120),
    Field("description", "general", BOTH, True, SHORT),
    Field("organisation", "general", required=True),
    Field("theme", "general", BOTH, most=120),
    Field("about", "general", CHOICE, True, choices=tuple(About)),
    Field("status", "general", CHOICE, True, choices=tuple(Status)),
    Field("starts", "general", DAY),
    Field("ends", "general", DAY),
    Field("contact", "general", required=True),
    Field("page", "general", LINK, most=300),
    Field("category", "general", CHOICE, True, choices=("high_risk", "impactful", "other")),
    Field("team", "owner", required=True),
    Field("senior_owner", "owner", required=True),
    Field("supplier", "owner"),
    Field("supplier_number", "owner"),
    Field("supplier_role", "owner"),
    Field("procurement", "owner"),
    _said("data_access", "owner"),
    _said("scope", "rationale", True),
    _said("not_for", "rationale", True),
    _said("benefit", "rationale", True),
    _said("alternatives", "rationale", True),
    _said("proportionality", "rationale", True),
    Field("legal_basis", "rationale", required=True, most=400),
    Field("legal_link", "rationale", LINK, most=300),
    _said("integration", "process", True),
    _said("told_to_staff", "process"),
    _said("human_decisions", "process", True),
    _said("training", "process"),
    _said("appeals", "process", True),
    _said("human_intervention", "process", True),
    Field("model_type", "technical", BOTH, True, 300),
    _said("working", "technical", True),
    Field("variables", "technical", Kind.LIST, True, 200),
    Field("frequency", "technical", BOTH, most=300),
    Field("phase", "technical", BOTH, most=300),
    _said("maintenance", "technical"),
    _said("architecture", "technical"),
    Field("source_code", "technical", LINK, most=300),
    Field("model_version", "technical", required=True, most=80),
    Field("sha256", "technical", most=64),
    _said("source", "data", True),
    _said("collection", "data"),
    _said("sharing", "data", True),
    _said("storage", "data", True),
    _said("retention", "data", True),
    _said("bias", "data", True),
    _said("assessment", "risk", True),
    Field("assessment_link", "risk", LINK, most=300),
    _said("equity", "risk"),
    _said("risks", "risk", True),
    _said("mitigations", "risk", True),
    _said("service", "complaint", True),
    _said("complaint", "complaint", True),
)
# What a model about places tells beside that. Its measures can only be told once it is in use.
PLACES = (
    _said("targets", "places", True),
    _said("gate", "places", True),
    Field("horizon", "places", BOTH, True, 300),
    _said("baselines", "places", True),
    _said("exposure_audit", "places", True),
    _said("feedback_test", "places", True),
    _said("under_reporting", "places", True),
    Field("switch", "places", CHOICE, True, choices=("on", "off", "not_installed")),
    Field("switched", "places", DAY),
    Field("sunset", "places", DAY, True),
    _said("third_party", "places"),
    _said("council", "places"),
    Field("hit_rate_5", "places", Kind.SHARE, most=100),
    Field("hit_rate_10", "places", Kind.SHARE, most=100),
    Field("hit_rate_20", "places", Kind.SHARE, most=100),
    Field("pai", "places", Kind.NUMBER, most=1_000),
    Field("skill", "places", Kind.NUMBER, most=1, least=-1_000),
    _said("calibration", "places"),
)
IN_USE = ("hit_rate_5", "hit_rate_10", "hit_rate_20", "pai", "skill", "calibration", "third_party", "council")
CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
PERSONAL = re.compile(
    r"\b(?:(?<!street )(?<!place )(?<!zone )names?|nombres?(?! de (?:calle|lugar|zona))|apellidos?|surname|rut|run|dni"
    r"|cedula|curp|passport|pasaporte|documento|faces?|facial|rostros?|plates?|patentes?|placas?|address(?:es)?"
    r"|domicilios?|phones?|telefonos?|celular|e?mail|correo|birth|nacimiento|gender|genero|sexo?|ethnic\w*|etnia|race"
    r"|raza|religion|nationality|nacionalidad|person_?id|offenders?|suspects?|imputados?|sospechosos?)\b"
)
_PLAIN = str.maketrans("áéíóúüñ_", "aeiouun ")


class Algorithm(Listed):
    """An algorithm's entry."""

    __slots__ = ()


def fields(about: object, status: object) -> tuple[Field, ...]:
    """The fields of an entry: a model about places has more, and in use must tell how good it is."""
    if about != About.PLACES:
        return FIELDS
    in_use = status == Status.USE
    return FIELDS + tuple(replace(one, required=one.required or (in_use and one.name in IN_USE)) for one in PLACES)


def check(given: Mapping[str, object]) -> tuple[dict[str, Value], list[Problem]]:
    """An algorithm's entry, and everything that is wrong with it."""
    entry, problems = understood(fields(given.get("about"), given.get("status")), given)
    told = {problem.field for problem in problems}
    return entry, problems + [one for one in _rules(entry) if one.field not in told]


def _rules(entry: Entry) -> list[Problem]:
    starts, ends, status = day(entry["starts"]), day(entry["ends"]), entry["status"]
    problems = []
    if starts is None and status in (Status.USE, Status.ENDED):
        problems.append(Problem("starts", "needed"))
    if ends is None and status == Status.ENDED:
        problems.append(Problem("ends", "needed"))
    if starts and ends and ends < starts:
        problems.append(Problem("ends", "before_start"))
    if entry["sha256"] and not re.fullmatch(r"[0-9a-f]{64}", str(entry["sha256"])):
        problems.append(Problem("sha256", "no_digest"))
    if entry["about"] == About.PLACES and (about_persons := personal(entry["variables"])):
        problems.append(Problem("variables", "about_persons", {"names": ", ".join(about_persons)}))
    return problems


def personal(variables: Value) -> list[str]:
    """The variables whose names say that they are about a person: no model about places may have one.

    >>> personal(("incidents_28_days", "RUT del denunciante", "hour", "first_name", "street_name"))
    ['RUT del denunciante', 'first_name']
    """
    names = variables if isinstance(variables, tuple) else ()
    return [name for name in names if PERSONAL.search(name.casefold().translate(_PLAIN))]


def reminders(entry: Entry, today: date) -> list[str]:
    """What somebody must see to: `registers.reminders.<one>` says it."""
    sunset = day(entry.get("sunset"))
    if entry["status"] == Status.ENDED or sunset is None:
        return []
    return ["sunset_passed"] if sunset < today else ["sunset"] if sunset <= today + timedelta(days=60) else []


def complete(entry: Entry) -> tuple[int, int]:
    """How many of its fields an entry fills, and how many there are."""
    asked = fields(entry["about"], entry["status"])
    return sum(not is_empty(entry.get(one.name), one) for one in asked), len(asked)
