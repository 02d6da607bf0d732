"""A request for footage as the form asks for it. `domain/footage/reading.py` makes one of a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.footage.deadlines import Track
from domain.footage.when import Segment


class Kind(StrEnum):
    """What for."""

    PARTY = "party"  # one is in the picture
    CRASH = "crash"  # a traffic crash, an insurer
    REPRESENTATIVE = "representative"
    INFORMATION = "information"  # public information
    PRESERVE = "preserve"  # keep it, decide later
    AUTHORITY = "authority"  # by order of a court, a prosecutor or the police; the desk alone files it


OPEN = tuple(kind for kind in Kind if kind is not Kind.AUTHORITY)  # to everybody

TRACKS: Mapping[Kind, tuple[Track, ...]] = {
    Kind.PARTY: (Track.SUBJECT,),
    Kind.CRASH: (Track.SUBJECT, Track.INFORMATION),  # others' vehicles are in the picture as well
    Kind.REPRESENTATIVE: (Track.SUBJECT,),
    Kind.INFORMATION: (Track.INFORMATION,),
    Kind.PRESERVE: (Track.PRESERVE,),
    Kind.AUTHORITY: (Track.AUTHORITY,),
}


class Authority(StrEnum):
    """Who orders footage; the jurisdiction's profile names them as they are called there."""

    PROSECUTOR = "prosecutor"
    POLICE = "police"
    INVESTIGATORS = "investigators"  # the police that investigates, or a federal one
    COURT = "court"


class Involvement(StrEnum):
    AFFECTED = "affected"
    DRIVER = "driver"
    WITNESS = "witness"
    OTHER = "other"


class Facts(StrEnum):
    """What happened. `PRIVATE` is violence in the family, of gender or sexual: the safe path."""

    ROBBERY = "robbery"
    THEFT = "theft"
    CRASH = "crash"
    INJURY = "injury"
    DAMAGE = "damage"
    MISSING = "missing"
    CONDUCT = "conduct"  # of a public servant
    PRIVATE = "private"
    OTHER = "other"


class Relation(StrEnum):
    """Of who asks to whom they ask for."""

    PARENT = "parent"  # or guardian
    LAWYER = "lawyer"
    HEIR = "heir"
    INSURER = "insurer"
    OTHER = "other"


class Delivery(StrEnum):
    COUNTER = "counter"
    DOWNLOAD = "download"
    VIEWING = "viewing"


@dataclass(frozen=True, slots=True)
class Place:
    """Where it happened: cameras of the register, a corner in words with its commune, a point; at least one."""

    cameras: tuple[str, ...] = ()
    corner: str = ""
    commune: str = ""
    point: tuple[float, float] | None = None  # longitude and latitude
    indoors: bool = False  # inside a building of the municipality


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach who asks. On the safe path only what they called safe is here."""

    email: str = ""
    phone: str = ""
    postal: str = ""
    in_person: bool = False  # they come to the counter, and nothing is sent


@dataclass(frozen=True, slots=True)
class Stated:
    """Who asks, as a provider of identities said it; what it did not say, or not rightly, is empty."""

    provider: str  # as people know it
    issuer: str
    subject: str  # its own name for them
    at: int  # seconds since 1970
    name: str = ""
    document_type: str = ""
    document: str = ""

    @property
    def proves(self) -> bool:
        """Whether nobody has to look at a document any more to know who asks."""
        return bool(self.name and self.document)

    @property
    def fields(self) -> Mapping[str, tuple[str, ...]]:
        """What it says, as fields of the form."""
        told = {"name": self.name, "document_type": self.document_type, "document": self.document}
        return {name: (value,) for name, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class Draft:
    """A request that keeps every rule of the form. What was not asked for by its kind is empty."""

    kind: Kind
    segments: tuple[Segment, ...]
    place: Place
    contact: Contact
    facts: Facts = Facts.OTHER
    involvement: Involvement | None = None
    story: str = ""
    looks: str = ""  # how to find who asks in the picture
    plate: str = ""
    name: str = ""
    document_type: str = ""
    document: str = ""  # normalised by the jurisdiction's own check
    stated: Stated | None = None  # what is known of them was not typed but said by a provider
    relation: Relation | None = None
    represented: str = ""
    child: bool = False  # the person in the picture is under 14
    reference: str = ""  # of a case elsewhere
    body: Authority | None = None
    order: str = ""  # number of an authority's order
    delivery: Delivery = Delivery.COUNTER
    needs: str = ""
    undertaking: str = ""  # version of the text agreed to
    notice: str = ""  # version of the privacy notice shown

    @property
    def tracks(self) -> tuple[Track, ...]:
        return TRACKS[self.kind]

    @property
    def sensitive(self) -> bool:
        return self.facts is Facts.PRIVATE
