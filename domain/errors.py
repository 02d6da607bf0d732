"""The errors a person can act on. `web/errors.py` alone turns them into pages, notices and statuses."""


class DomainError(Exception):
    """A refusal with a reason code; the catalogues hold the sentence for each code.

    `code` is a short stable key such as "import.column_missing"; `details` fill the sentence.
    """

    status = 400

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details

    def __str__(self) -> str:
        told = ", ".join(f"{key}={value}" for key, value in self.details.items())
        return f"{self.code} ({told})" if told else self.code


class Invalid(DomainError):
    """The request cannot be understood or breaks a rule."""

    status = 400


class Illegal(Invalid):
    """It is understood, and cannot be done as things stand."""

    status = 409


class Forbidden(DomainError):
    """This person may not do this here."""

    status = 403


class Unproved(Forbidden):
    """They may, once they have shown again who they are."""


class NotFound(DomainError):
    """There is no such thing, or none that this person may see."""

    status = 404


class Stale(DomainError):
    """Somebody else changed it first."""

    status = 409


class Throttled(DomainError):
    """Too many attempts: wait for the seconds told in the details."""

    status = 429
