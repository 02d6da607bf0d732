"""Reading the form of a request for footage: every field with its rule, and what is wrong with it by field.

Pure: what depends on the day, the city or the law comes in as `Ground`. Reading a form never fails.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from domain.footage.draft import (
    Authority,
    Contact,
    Delivery,
    Draft,
    Facts,
    Involvement,
    Kind,
    Place,
    Relation,
    Stated,
)
from domain.footage.when import Outlook, Segment, Wrong, days_left, outlook, segment

SEGMENTS, CAMERAS = 3, 3
OTHER_CAMERAS = ("camera_b", "camera_c")  # fields that take a name or a code
NAME = (3, 120)  # characters
STORY = (20, 1000)
EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,180}\.[^@\s,;<>\".]{2,24}")
PHONE = re.compile(r"\+?[0-9]{8,15}")


@dataclass(frozen=True, slots=True)
class Errors:
    """What is wrong, by field: a code, the last part of the key of a sentence."""

    by_field: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ground:
    """What the form's rules rest on, as plain values: now, the city, the jurisdiction."""

    now: int  # seconds since 1970
    zone: ZoneInfo
    retention: int  # days, where a camera says nothing else
    cameras: Mapping[str, int | None] = field(default_factory=dict)  # days kept, by code
    called: Mapping[str, str] = field(default_factory=dict)  # codes of cameras by name, in small letters
    communes: frozenset[str] = frozenset()
    inside: Callable[[float, float], bool] = lambda _lon, _lat: True  # the territory
    documents: Mapping[str, Callable[[str], str | None]] = field(default_factory=dict)  # normalised, or None if wrong
    plates: tuple[str, ...] = ()  # patterns
    reference: str = ""  # pattern
    authorities: frozenset[str] = frozenset()  # whose orders may be filed
    undertaking: str = ""  # versions of the texts in force
    notice: str = ""

    def left(self, cameras: Sequence[str], segments: Sequence[Segment]) -> int:
        kept = [self.cameras.get(code) or self.retention for code in cameras] or [self.retention]
        today = datetime.fromtimestamp(self.now, self.zone).date()
        return min(days_left(told.day, today, min(kept)) for told in segments)

    def outlook(self, cameras: Sequence[str], segments: Sequence[Segment]) -> Outlook:
        return outlook(self.left(cameras, segments))


def read(form: Mapping[str, Sequence[str]], ground: Ground, stated: Stated | None = None) -> Draft | Errors:
    """The request that a form holds, or what is wrong with it by field, in the form's order. What a provider stated of
    who asks stands, whatever the form says there."""
    found = _Reading({**form, **(stated.fields if stated else {})}, ground).draft()
    return replace(found, stated=stated) if isinstance(found, Draft) else found


def left(form: Mapping[str, Sequence[str]], ground: Ground) -> int | None:
    """For how many days what a form asks for is kept by rule, as far as it can be read; None before it says when."""
    reading = _Reading(form, ground)
    segments, cameras = reading.segments(), reading.place().cameras
    return ground.left(cameras, segments) if segments else None


Choice = TypeVar("Choice", bound=StrEnum)


class _Reading:
    """One pass over a form; `wrong` gathers what is wrong, the first thing of each field."""

    def __init__(self, form: Mapping[str, Sequence[str]], ground: Ground) -> None:
        self.form, self.ground, self.wrong = form, ground, dict[str, str]()

    def draft(self) -> Draft | Errors:
        kind = self.choice("kind", Kind)
        if kind is None:
            return Errors(self.wrong)
        segments, place = self.segments(), self.place()
        if kind is Kind.AUTHORITY:
            order, contact = self.order(), self.contact(None)
            return Errors(self.wrong) if self.wrong else Draft(kind, segments, place, contact, **order)  # type: ignore[arg-type]
        told = self.kept() if kind is Kind.PRESERVE else self.told(kind)
        who = {} if kind is Kind.PRESERVE else self.who(kind)
        contact = self.contact(told.get("facts"))
        end = self.end(kind)
        if self.wrong:
            return Errors(self.wrong)
        return Draft(kind, segments, place, contact, **told, **who, **end)  # type: ignore[arg-type]

    # --- parts of the form, in its order

    def segments(self) -> tuple[Segment, ...]:
        found = []
        for number in range(1, SEGMENTS + 1):
            day, starts, ends, hour = (self.line(f"{part}{number}") for part in ("day", "from", "to", "hour"))
            if number > 1 and not (day or starts or ends):
                continue
            try:
                found.append(segment(day, starts, ends, hour, self.ground.zone, self.ground.now))
            except Wrong as wrong:
                self.refuse(f"{wrong.part}{number}", f"{wrong.part}.{wrong.code}")
        return tuple(found)

    def place(self) -> Place:
        named = [*self.every("camera"), *(self.line(name) for name in OTHER_CAMERAS)]
        chosen = tuple(dict.fromkeys(self.ground.called.get(one.casefold(), one) for one in named if one))
        if len(chosen) > CAMERAS:
            self.refuse("camera", "camera.many")
        elif not all(code in self.ground.cameras for code in chosen):
            self.refuse("camera", "camera.unknown")
        corner, point = self.text("corner", 5, 200), self.point()
        commune = self.line("commune")
        if commune and commune not in self.ground.communes:
            self.refuse("commune", "commune.unknown")
        if corner and not commune and len(self.ground.communes) > 1:
            self.refuse("commune", "commune.empty")
        if not (chosen or self.line("corner") or self.line("point")):
            self.refuse("camera" if self.ground.cameras else "corner", "camera.empty")
        return Place(chosen, corner, commune, point, self.ticked("indoors"))

    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude as maps on telephones write them: -33.4961, -70.6512."""
        written = self.line("point")
        if not written:
            return None
        try:
            lat, lon = map(float, written.replace(";", ",").split(","))
        except ValueError:
            lat = lon = math.nan
        if not (abs(lat) <= 90 and abs(lon) <= 180):
            self.refuse("point", "point.shape")
        elif not self.ground.inside(lon, lat):
            self.refuse("point", "point.outside")
        return lon, lat

    def kept(self) -> dict[str, object]:
        """Who only wants it to be kept says no more of what happened than that it is private."""
        return {"facts": Facts.PRIVATE} if self.ticked("private") else {}

    def told(self, kind: Kind) -> dict[str, object]:
        about: dict[str, object] = {
            "facts": self.choice("facts", Facts),
            "story": self.text("story", *STORY, needed=True),
        }
        if kind is not Kind.INFORMATION:
            about |= {"involvement": self.choice("involvement", Involvement), "plate": self.plate()}
            about |= {"looks": self.text("looks", 0, 500)}
        return about

    def order(self) -> dict[str, object]:
        """What an authority asks by; it agrees to nothing, as the law lets it ask."""
        body = self.choice("body", Authority)
        if body is not None and body not in self.ground.authorities:
            self.refuse("body", "body.empty")
        return {
            "body": body,
            "order": self.text("order", 2, 60, needed=True),
            "name": self.text("name", *NAME, needed=True),
            "facts": self.choice("facts", Facts),
            "delivery": self.choice("delivery", Delivery),
            "needs": self.text("needs", 0, 500),
        }

    def plate(self) -> str:
        """Of the requester's own vehicle."""
        plate = re.sub(r"[\s.·-]", "", self.line("plate")).upper()
        if plate and not any(re.fullmatch(pattern, plate, re.ASCII) for pattern in self.ground.plates):
            self.refuse("plate", "plate.shape")
        return plate

    def contact(self, facts: object) -> Contact:
        email, phone, postal = self.line("email"), re.sub(r"[\s().-]", "", self.line("phone")), self.line("postal")
        if email and not EMAIL.fullmatch(email):
            self.refuse("email", "email.shape")
        if phone and not PHONE.fullmatch(phone):
            self.refuse("phone", "phone.shape")
        if postal and not 10 <= len(postal) <= 200:
            self.refuse("postal", "postal.shape")
        in_person = self.ticked("in_person")
        if not (email or phone or postal or in_person):
            self.refuse("email", "email.none")
        if facts is Facts.PRIVATE and (email or phone or postal) and not self.ticked("safe"):
            self.refuse("safe", "safe.empty")
        return Contact(email, phone, postal, in_person)

    def who(self, kind: Kind) -> dict[str, object]:
        told: dict[str, object] = {"name": self.text("name", *NAME, needed=True), **self.document(kind)}
        child = self.ticked("child")
        if kind is Kind.REPRESENTATIVE:
            relation = self.choice("relation", Relation)
            told |= {"relation": relation, "represented": self.text("represented", 3, 120, needed=True), "child": child}
            if child and relation not in (None, Relation.PARENT):
                self.refuse("child", "child.guardian")
        elif child:
            self.refuse("child", "child.ask")
        return told

    def document(self, kind: Kind) -> dict[str, object]:
        """What identifies who asks; for public information nobody has to."""
        number, type_ = self.line("document"), self.line("document_type")
        if not number and kind is Kind.INFORMATION:
            return {}
        if type_ not in self.ground.documents:
            self.refuse("document_type", "document_type.empty")
            return {}
        if not number:
            self.refuse("document", "document.empty")
            return {}
        known = self.ground.documents[type_](number)
        if known is None:
            self.refuse("document", "document.shape")
        return {"document_type": type_, "document": known or ""}

    def end(self, kind: Kind) -> dict[str, object]:
        if kind is Kind.PRESERVE:
            return {"notice": self.agreed("notice", self.ground.notice)}
        told: dict[str, object] = {"delivery": self.choice("delivery", Delivery), "needs": self.text("needs", 0, 500)}
        return told | {
            "reference": self.reference(),
            "undertaking": self.agreed("undertaking", self.ground.undertaking),
            "notice": self.agreed("notice", self.ground.notice),
        }

    def reference(self) -> str:
        reference, known = self.line("reference").upper(), self.ground.reference
        if reference and (len(reference) > 60 or (known and not re.fullmatch(known, reference, re.ASCII))):
            self.refuse("reference", "reference.shape")
        return reference

    # --- single fields

    def refuse(self, name: str, code: str) -> None:
        self.wrong.setdefault(name, code)

    def every(self, name: str) -> list[str]:
        return [clean(value) for value in self.form.get(name, ())]

    def line(self, name: str) -> str:
        """A field's first value on one line."""
        return " ".join((self.every(name) or [""])[0].split())

    def text(self, name: str, shortest: int, longest: int, needed: bool = False) -> str:
        written = (self.every(name) or [""])[0].strip()
        if not written:
            if needed:
                self.refuse(name, f"{name}.empty")
        elif len(written) < shortest:
            self.refuse(name, f"{name}.short")
        elif len(written) > longest:
            self.refuse(name, f"{name}.long")
        return written

    def ticked(self, name: str) -> bool:
        return bool(self.line(name))

    def choice(self, name: str, known: type[Choice]) -> Choice | None:
        try:
            return known(self.line(name))
        except ValueError:
            self.refuse(name, f"{name}.empty")
            return None

    def agreed(self, name: str, version: str) -> str:
        """The version of a text that was agreed to, which must be the one in force."""
        if self.line(name) != version:
            self.refuse(name, f"{name}.changed" if self.ticked(name) else f"{name}.empty")
        return version


def clean(value: object) -> str:
    """Text in one normal form, without what cannot be seen or stored."""
    written = unicodedata.normalize("NFC", str(value)).replace("\r\n", "\n")
    return "".join(mark for mark in written if mark in "\n\t" or unicodedata.category(mark)[0] != "C")
