"""Files of a case as the desk sees them; what tells of a person in them stays sealed."""

from __future__ import annotations

from dataclasses import dataclass

from domain.footage.handling import Field, Kind
from domain.footage.states import OPEN, Status
from domain.people import Permission

DOWNLOADS, DAYS = 3, 10  # of a link that opens one file

SEARCH = (Field("found", ("found", "partly", "not_found")), Field("tool", least=2, most=120))  # what it came to
SEARCHED = (Status.SEARCHING, Status.THIRD_PARTY)

# Who of the desk hands in a file of a kind, and where its case must stand then.
HANDS_IN: dict[Kind, tuple[Permission, tuple[Status, ...]]] = {
    Kind.UPLOAD: (Permission.INTAKE, OPEN),
    Kind.MASTER: (Permission.CUSTODY, (*SEARCHED, Status.REDACTION)),
    Kind.REDACTED: (Permission.REDACT, (Status.REDACTION,)),
}
# Who may open a file of a kind.
READS: dict[Kind, frozenset[Permission]] = {
    Kind.UPLOAD: frozenset({Permission.INTAKE, Permission.LEGAL}),
    Kind.PHOTO: frozenset({Permission.IDENTITY}),
    Kind.MASTER: frozenset({Permission.CUSTODY, Permission.REDACT, Permission.APPROVE, Permission.LEGAL}),
    Kind.REDACTED: frozenset(
        {Permission.CUSTODY, Permission.REDACT, Permission.APPROVE, Permission.LEGAL, Permission.DELIVER}
    ),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One file. `sha256` and `bytes` are of what was handed in; on disk it lies encrypted under its random id."""

    id: str
    request_id: int
    kind: Kind
    parent: str | None
    sha256: str
    bytes: int
    media: str
    name: str
    actor: str
    at: int
    delete_after: int | None = None
    destroyed_at: int | None = None

    @property
    def short(self) -> str:
        return self.sha256[:12]


# How the bytes of a file begin, by what it is; at which byte that stands.
BEGINNINGS: tuple[tuple[str, int, bytes], ...] = (
    ("video/mp4", 4, b"ftyp"),
    ("video/x-matroska", 0, b"\x1a\x45\xdf\xa3"),
    ("video/x-msvideo", 8, b"AVI "),
    ("video/mpeg", 0, b"\x00\x00\x01\xba"),
    ("video/mp2t", 0, b"\x47\x40"),
    ("image/jpeg", 0, b"\xff\xd8\xff"),
    ("image/png", 0, b"\x89PNG\r\n\x1a\n"),
    ("application/pdf", 0, b"%PDF-"),
    ("application/zip", 0, b"PK\x03\x04"),
)
ENDINGS = {
    "video/mp4": "mp4",
    "video/x-matroska": "mkv",
    "video/x-msvideo": "avi",
    "video/mpeg": "mpg",
    "video/mp2t": "ts",
    "image/jpeg": "jpg",
    "image/png": "png",
    "application/pdf": "pdf",
    "application/zip": "zip",
}


def media(head: bytes) -> str | None:
    """What a file is by its first bytes, whatever its name says; None for what the desk does not keep.

    >>> media(bytes(4) + b"ftypisom"), media(b"MZ")
    ('video/mp4', None)
    """
    return next((kind for kind, at, mark in BEGINNINGS if head[at : at + len(mark)] == mark), None)
