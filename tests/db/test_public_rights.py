"""The role of the public's process does what residents do at the desk, and nothing else, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from data_access.desk import Desk, events, evidence, rights
from data_access.desk_schema import metadata
from data_access.engine import make_engine
from domain.errors import NotFound
from domain.footage.case import identified
from domain.footage.draft import Kind as Motive
from domain.footage.handling import Kind
from domain.footage.papers import Paper
from domain.footage.states import Public, Status
from domain.footage.view import Mail
from domain.people import ANONYMOUS, Role
from services import camera_check
from services.footage import delivery, following, identifying, moving, uploads
from services.footage.filing import file
from services.footage.uploads import Upload
from tests.filing import a_draft, a_filing
from tests.footage import VIDEO, WORDS, case_of, person, prepared
from tests.postgres import Postgres
from tests.provider import clave_unica
from tests.services.test_address import code as code_of_letter
from tests.services.test_download import ready
from tests.services.test_following import carry, refused
from tests.services.test_identifying import answered
from tests.services.test_photo import asked, picture

HERE = "192.0.2.7"
CLERK = person(Role.OPERATOR)
FORBIDDEN = (
    "UPDATE case_events SET action = 'x'",
    "DELETE FROM case_events",
    "TRUNCATE case_events",
    "CREATE TRIGGER t BEFORE INSERT ON case_events FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "ALTER TABLE case_events DISABLE TRIGGER ALL",
    "DROP TRIGGER case_events_change ON case_events",
    "DROP TABLE case_events",
    "INSERT INTO cameras (code, at, actor, active, entry) VALUES ('C1', 0, 'x', true, '{}')",
    "UPDATE cameras SET active = false",
    "DELETE FROM algorithms",
    "UPDATE footage_requests SET secret = 'x'",
    "UPDATE footage_requests SET sealed = NULL",
    "UPDATE footage_requests SET officer = 'x'",
    "DELETE FROM footage_requests",
    "UPDATE holds SET released_at = 1",
    "DELETE FROM holds",
    "UPDATE evidence SET sha256 = 'x'",
    "DELETE FROM evidence",
    "UPDATE grants SET until = 4102444800",
    "SELECT * FROM agreements",
    "INSERT INTO agreements (request_id, version, resolution, actor, at) VALUES (1, 1, 'x', 'x', 1)",
    "SELECT sealed FROM outbox",
    "UPDATE outbox SET status = 'sent'",
    "UPDATE alembic_version SET version_num = 'x'",
    "DELETE FROM case_texts",
    "CREATE TABLE mine (id int)",
)


@pytest.fixture
def both(
    postgres_server: Postgres, postgres_desk_url: str, request: pytest.FixtureRequest
) -> Iterator[tuple[Desk, Desk]]:
    """The desk as staff's process opens it, and as the public's does."""
    staff = _opened(postgres_desk_url, request)
    postgres_server.run(f"CREATE ROLE {rights.ROLE} LOGIN")
    try:
        with staff.engine.begin() as connection:  # more than it may have, as an older guide gave it
            connection.execute(text(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {rights.ROLE}"))
            connection.execute(text(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {rights.ROLE}"))
        assert rights.grant(staff.engine)
        url = make_url(postgres_desk_url).set(username=rights.ROLE)
        public = replace(_opened(url.render_as_string(), request), home=staff.home, signing=())
        yield staff, public
        public.engine.dispose()
    finally:
        with staff.engine.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {rights.ROLE}"))
        staff.engine.dispose()
        postgres_server.run(f"DROP ROLE {rights.ROLE}")


def _opened(url: str, request: pytest.FixtureRequest) -> Desk:
    home = request.getfixturevalue("tmp_path") / "desk"
    return Desk(make_engine(url), home, ("of the test",), signing=("of the test's signatures",))


def test_residents_file_and_follow_under_the_role(both: tuple[Desk, Desk]) -> None:
    staff, public = both
    mandate = Upload("poder.pdf", "application/pdf", b"%PDF- the mandate")
    told = file(public, ANONYMOUS, a_filing(uploads=[mandate]))
    following.mail_again(public, told.code, HERE)
    following.confirm_address(public, code_of_letter(staff), HERE)
    assert following.look_up(public, told.code, HERE).mail is Mail.CONFIRMED
    assert following.paper(public, told.code, HERE, Paper.ACKNOWLEDGEMENT, "es").folio
    with pytest.raises(NotFound):
        following.look_up(public, "0" * 24, HERE)
    assert following.withdraw(public, told.code, HERE).status is Public.CLOSED
    assert case_of(staff, told.folio).status is Status.CLOSED
    with staff.engine.connect() as connection:
        (piece,) = evidence.listing(connection, staff, case_of(staff, told.folio).id)
        assert b"".join(evidence.read(connection, staff, piece.id)) == mandate.content
        assert events.verify(connection).whole


def test_residents_identify_themselves_and_file_under_the_role(both: tuple[Desk, Desk]) -> None:
    staff, public = both
    with clave_unica() as house:
        said = identifying.known(public, answered(public, house))
    told = file(public, ANONYMOUS, a_filing(draft=a_draft(stated=said)))
    with staff.engine.connect() as connection:
        assert identified(events.of(connection, told.folio))


def test_residents_answer_and_appeal_under_the_role(both: tuple[Desk, Desk]) -> None:
    staff, public = both
    code, folio = asked(staff)
    following.answer(public, code, HERE, WORDS, uploads.photograph(picture()))
    assert case_of(staff, folio).status is Status.REVIEW
    code, folio = refused(staff, draft=replace(a_filing().draft, document="11111111-1"))
    following.appeal(public, code, HERE, WORDS)
    assert case_of(staff, folio).status is Status.APPEAL
    told = file(staff, ANONYMOUS, a_filing(draft=replace(a_filing().draft, kind="information")))
    carry(staff, told.folio, Status.CLARIFICATION, question=WORDS)
    assert following.answer(public, told.code, HERE, WORDS).due is not None  # the clock went on


def test_residents_download_under_the_role(both: tuple[Desk, Desk]) -> None:
    staff, public = both
    case = prepared(staff, Status.READY)
    moving.identify(staff, CLERK, case.folio, {"proof": "in_person"})
    with staff.engine.connect() as connection:
        found = next(one for one in evidence.listing(connection, staff, case.id) if one.kind is Kind.REDACTED)
    _, blocks = delivery.download(public, delivery.link(staff, CLERK, case.folio, found.id))
    assert sum(map(len, blocks)) == found.bytes
    assert case_of(staff, case.folio).status is Status.DELIVERED


def test_residents_download_by_their_code_and_renew_under_the_role(both: tuple[Desk, Desk]) -> None:
    staff, public = both
    code, case, id = ready(staff)
    _, blocks = following.download(public, code, HERE, id)
    assert b"".join(blocks) == VIDEO
    assert case_of(staff, case.folio).status is Status.DELIVERED
    told = file(public, ANONYMOUS, a_filing(draft=a_draft(kind=Motive.PRESERVE)))
    before = following.look_up(public, told.code, HERE).preserved_until
    assert before is not None
    assert following.renew(public, told.code, HERE).preserved_until > before


def test_whoever_asks_about_a_camera_is_counted_under_the_role(both: tuple[Desk, Desk], releases) -> None:  # type: ignore[no-untyped-def]
    camera_check.ask(releases, both[1], "-33.45, -70.66", HERE)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_role_may_do_nothing_else(both: tuple[Desk, Desk], statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        both[1].engine.begin() as connection,
    ):
        connection.exec_driver_sql(statement)


def test_rights_are_on_tables_that_there_are() -> None:
    assert set(rights.RIGHTS) <= set(metadata.tables) | {"alembic_version"}


def test_without_the_role_and_without_postgresql_nothing_is_granted(sqlite_desk: Desk, postgres_desk_url: str) -> None:
    assert not rights.grant(sqlite_desk.engine)
    engine = make_engine(postgres_desk_url)
    assert not rights.grant(engine)
    engine.dispose()
