"""Register entries for tests: a camera and an algorithm that nothing is wrong with, and tables of cameras."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from domain.registers.algorithms import FIELDS, PLACES, About
from domain.registers.fields import Field, Kind

CAMERA: Mapping[str, Any] = {
    "name": "Gran Avenida con Salesianos",
    "lon": "-70.65123",
    "lat": "-33.48812",
    "sector": "san-miguel",
    "precision": "corner",
    "type": "dome",
    "operator": "Central de Cámaras",
    "owner": "Municipalidad",
    "contact": "camaras@ciudad.cl",
    "purpose": "Prevención",
    "legal_basis": "Decreto 1",
    "retention_days": "30",
    "face_recognition": "no",
    "plate_reading": "no",
    "valid_until": "2027-12-31",
    "status": "active",
}
AGREEMENT: Mapping[str, Any] = {
    "body": "Fiscalía Regional",
    "purpose": {"es": "Investigaciones", "en": "Investigations"},
    "shared": {"es": "Copias", "en": "Copies"},
    "legal_basis": "Convenio 1",
    "starts": "2024-03-01",
}
COMMON = {name: CAMERA[name] for name in CAMERA if name not in ("name", "lon", "lat", "sector")}
HEADER = ("referencia", "esquina", "longitud", "latitud")


def camera(**changed: Any) -> dict[str, Any]:
    return {**CAMERA, **changed}


def algorithm(**changed: Any) -> dict[str, Any]:
    """Every required field filled."""
    about = changed.get("about", About.OTHER)
    asked = FIELDS + (PLACES if about == About.PLACES else ())
    filled = {one.name: _filled(one) for one in asked if one.required}
    return {**filled, "about": about, "status": "in_development", **changed}


def _filled(one: Field) -> Any:
    if one.kind is Kind.BOTH:
        return {"es": "algo", "en": "something"}
    if one.kind is Kind.CHOICE:
        return one.choices[0]
    return "2027-01-31" if one.kind is Kind.DAY else "algo"


def table(path: Path, rows: Iterable[Sequence[object]], header: Sequence[str] = HEADER) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";").writerows([header, *rows])
    return path
