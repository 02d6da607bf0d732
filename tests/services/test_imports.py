"""Imports as a person does them: who may, what is told, and what is written down about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from commands.imports import command
from data_access.engine import writing
from data_access.importing.chunk import Layout
from data_access.importing.looking import suggestions
from data_access.importing.storing import batches as record
from data_access.store import Store
from domain.errors import Forbidden, Invalid, NotFound
from domain.people import ANONYMOUS, PERMISSIONS, SYSTEM, Actor, Permission, Role
from locales import LANGUAGES, Words, catalogue
from services import audit, imports
from services.audit import Wanted
from services.imports import Reading
from tests.importing import HEADER, count, row, write_csv

MAPPING = {"delito": "type", "fecha": "datetime", "lat": "lat", "lon": "lon", "comuna": "precinct"}
READING = Reading(mapping=MAPPING, source="city")


def somebody(role: Role) -> Actor:
    return Actor(7, "ana@ciudad.cl", frozenset({role}))


def events(store: Store) -> list[tuple[str, str, str]]:
    found, _ = audit.read(store, SYSTEM, Wanted())
    return [(event.actor, event.action, event.object) for event in reversed(found)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "a.csv", [row(1), row(2), row(3, fecha="ayer")])


# --- who may ---------------------------------------------------------------------------------------------------

Act = Callable[[Store, Actor, Path], object]
MANAGE: dict[str, Act] = {
    "profiles": lambda store, actor, path: imports.profiles(actor),
    "preview": lambda store, actor, path: imports.preview(actor, path, READING),
    "load": lambda store, actor, path: imports.load(store, actor, [path], READING),
    "undo": lambda store, actor, path: imports.undo(store, actor, 1),
    "rejected": lambda store, actor, path: imports.rejected(store, actor, 1),
    "rejects_csv": lambda store, actor, path: imports.rejects_csv(store, actor, 1, lambda reason, details: reason),
}
READ: dict[str, Act] = {
    "batches": lambda store, actor, path: imports.batches(store, actor),
    "report": lambda store, actor, path: imports.report(store, actor, 1),
}
ACTS = [(name, act, Permission.IMPORT) for name, act in MANAGE.items()]
ACTS += [(name, act, Permission.IMPORTS_READ) for name, act in READ.items()]


@pytest.mark.parametrize(("name", "act", "permission"), ACTS, ids=[name for name, _, _ in ACTS])
def test_only_those_with_the_permission_may(
    sqlite_store: Store, path: Path, name: str, act: Act, permission: Permission
) -> None:
    imports.load(sqlite_store, SYSTEM, [path], READING)
    for role in Role:
        actor = somebody(role)
        if permission in PERMISSIONS[role]:
            act(sqlite_store, actor, path)
        else:
            with pytest.raises(Forbidden):
                act(sqlite_store, actor, path)
    with pytest.raises(Forbidden):
        act(sqlite_store, ANONYMOUS, path)


# --- what is told ----------------------------------------------------------------------------------------------


def test_an_import_is_stored_explorable_and_written_down(store: Store, path: Path) -> None:
    batch = imports.load(store, somebody(Role.ANALYST), [path], READING)
    assert (batch.source, batch.actor, batch.rows, batch.stored, batch.rejected) == ("city", "ana@ciudad.cl", 3, 2, 1)
    assert store.snapshot().manifest["rows"] == 2
    undone = imports.undo(store, somebody(Role.ANALYST), batch.id)
    assert undone.status == "undone"
    assert count(store) == 0
    assert store.snapshot().manifest["rows"] == 0
    assert events(store) == [
        ("ana@ciudad.cl", "import", "batch 1"),
        ("ana@ciudad.cl", "import.undo", "batch 1"),
    ]


def test_a_failed_import_is_listed_with_its_reason(sqlite_store: Store, tmp_path: Path) -> None:
    bad = write_csv(tmp_path / "a.csv", [row(n, fecha="ayer") for n in range(30)])
    with pytest.raises(Invalid):
        imports.load(sqlite_store, SYSTEM, [bad], READING)
    (batch,), total = imports.batches(sqlite_store, SYSTEM)
    assert (total, batch.status, batch.report["failure"]["code"]) == (1, "failed", "import.mistaken")
    assert not events(sqlite_store)


def test_progress_tells_every_step_to_its_end(sqlite_store: Store, path: Path) -> None:
    heard: list[tuple[int, int, str]] = []
    imports.load(sqlite_store, SYSTEM, [path], READING, progress=lambda *told: heard.append(told))
    assert list(dict.fromkeys(step for _, _, step in heard)) == ["read", "store", "index"]
    ends = {step: (done, total) for done, total, step in heard}
    assert all(done == total for done, total in ends.values())


def test_a_preview_shows_rows_as_read_and_as_understood_and_stores_nothing(sqlite_store: Store, path: Path) -> None:
    seen = imports.preview(SYSTEM, path, READING)
    assert seen.columns == list(HEADER)
    assert seen.dropped == ["nombre_victima"]
    assert seen.rows[0]["delito"] == "HURTO"
    assert all("nombre_victima" not in shown for shown in seen.rows)
    assert [told["line"] for told in seen.understood] == [2, 3]
    assert [(line, reason) for line, reason, _ in seen.problems] == [(4, "date_impossible")]
    assert count(sqlite_store) == 0


def test_a_preview_without_a_reading_guesses_the_fields(path: Path) -> None:
    seen = imports.preview(SYSTEM, path)
    assert seen.mapping == {
        "folio": "id",
        "lat": "lat",
        "lon": "lon",
        "fecha": "date",
        "delito": "type",
        "comuna": "precinct",
    }
    assert not seen.understood


@pytest.mark.parametrize(
    ("columns", "mapping"),
    [
        (["Crime ID", "Month", "Longitude", "Latitude", "Crime type"], {"Crime ID": "id", "Latitude": "lat"}),
        (["X", "Y", "TYPE", "fecha_hecho", "hora"], {"Y": "lat", "X": "lon", "fecha_hecho": "date", "hora": "time"}),
        (["VictimAge", "nombre", "edad"], {}),
    ],
)
def test_columns_are_guessed_by_their_names(columns: list[str], mapping: dict[str, str]) -> None:
    found = suggestions(columns)
    assert mapping.items() <= found.items()
    assert len(set(found.values())) == len(found)
    assert bool(found) == bool(mapping)


def test_a_guessed_mapping_can_be_imported_as_it_is(sqlite_store: Store, path: Path) -> None:
    guessed = imports.preview(SYSTEM, path).mapping
    batch = imports.load(sqlite_store, SYSTEM, [path], Reading(mapping=guessed, source="guessed"))
    assert batch.stored == 2


def test_a_reading_that_says_nothing_is_refused(path: Path) -> None:
    with pytest.raises(Invalid, match="no_profile"):
        Reading().understood([path])
    with pytest.raises(NotFound, match="profile_unknown"):
        Reading(profile="atlantis").understood([path])


def test_a_mapped_column_that_is_not_there_is_told(sqlite_store: Store, path: Path) -> None:
    with pytest.raises(Invalid, match="columns"):
        imports.load(sqlite_store, SYSTEM, [path], Reading(mapping=MAPPING | {"hora": "time"}, source="city"))


def test_a_reading_reads_semicolons_and_decimal_commas(sqlite_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("tipo;fecha;lat;lon\nHurto;03/04/2024 10:00;-33,45;-70,65\n", encoding="cp1252")
    reading = Reading(mapping={"tipo": "type", "fecha": "datetime", "lat": "lat", "lon": "lon"}, decimal=",")
    batch = imports.load(sqlite_store, SYSTEM, [path], reading)
    assert (batch.source, batch.report["first"], batch.report["located"]) == ("a", "2024-04-03", {"point": 1})


@pytest.mark.parametrize("kind", ["xlsx", "parquet", "csv.gz", "csv.zip"])
def test_a_mapping_reads_any_kind_of_table(sqlite_store: Store, tmp_path: Path, kind: str) -> None:
    frame = pd.DataFrame([row(1), row(2)], columns=list(HEADER))
    path = tmp_path / f"a.{kind}"
    match kind:
        case "xlsx":
            frame.to_excel(path, index=False)
        case "parquet":
            frame.to_parquet(path)
        case _:
            frame.to_csv(path, index=False)
    assert imports.load(sqlite_store, SYSTEM, [path], READING).stored == 2


def test_every_reason_and_every_failure_has_its_sentence() -> None:
    for language in LANGUAGES:
        said = catalogue(language)
        reasons = {key.rpartition(".")[2] for key in said if key.startswith("rejects.")}
        assert reasons == {key.rpartition(".")[2] for key in said if key.startswith("imports.reasons.")}


def test_an_import_whose_process_died_is_closed_and_a_live_one_is_left(sqlite_store: Store) -> None:
    with writing(sqlite_store.engine) as connection:
        for name in ("dead", "alive"):
            record.begin(connection, record.source_id(connection, name, "UTC"), [], "ana", 1)
    with record.alone(sqlite_store.home, "alive"):
        imports.bury(sqlite_store)
    found, _ = imports.batches(sqlite_store, SYSTEM)
    assert {batch.source: batch.status for batch in found} == {"dead": "failed", "alive": "running"}


# --- the command line ------------------------------------------------------------------------------------------


@pytest.fixture
def run(sqlite_store: Store, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr("commands.opened.require_head", lambda engine: None)  # the fixture makes the tables
    environment = {"ATALAYA_HOME": str(sqlite_store.home), "DATABASE_URL": sqlite_url, "ATALAYA_LANGUAGE": ""}

    def invoke(*words: str, **more: str) -> Result:
        return CliRunner().invoke(command, list(words), env=environment | more)

    return invoke


MAP = ",".join(f"{column}={field}" for column, field in MAPPING.items())


def test_the_command_imports_reports_and_undoes(
    run: Callable[..., Result], sqlite_store: Store, path: Path, tmp_path: Path
) -> None:
    done = run("incidents", str(path), "--map", MAP, "--source", "city")
    assert done.exit_code == 0, done.output
    assert "Importación 1 cargada en la fuente city." in done.output
    assert "nombre_victima" in done.output
    assert "1 con una fecha imposible" in done.output
    assert "cargada" in run("list").output
    assert "Rows in the files" in run("--language", "en", "show", "1").output
    assert "Rows in the files" in run("show", "1", ATALAYA_LANGUAGE="en").output
    rejects = tmp_path / "rejects.csv"
    assert run("rejects", "1", "--output", str(rejects)).exit_code == 0
    assert "“ayer”" in rejects.read_text(encoding="utf-8")
    assert "deshecha" in run("undo", "1").output
    assert count(sqlite_store) == 0
    assert "buenos-aires" in run("profiles").output


def test_the_command_takes_a_profile_of_ones_own(run: Callable[..., Result], path: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    columns = "".join(f"{field} = {json.dumps(column)}\n" for column, field in MAPPING.items())
    own.write_text(f'zone = "America/Santiago"\ntitle = {{ es = "a", en = "b" }}\n[columns]\n{columns}')
    assert "fuente own." in run("incidents", str(path), "--map", str(own)).output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("incidents", "none.csv", "--profile", "chicago"), "No se puede abrir “none.csv”"),
        (("incidents", "none.csv", "--profile", "atlantis"), "No existe el perfil “atlantis”"),
        (("incidents", "none.csv"), "un perfil o qué columna"),
        (("incidents", "none.csv", "--map", "delito"), "“delito” no se entiende"),
        (("incidents", "none.csv", "--map", "none.toml"), "none.toml"),
        (("show", "9"), "No existe la importación 9"),
        (("undo", "9"), "No existe la importación 9"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(run: Callable[..., Result], words: tuple[str, ...], told: str) -> None:
    done = run(*words)
    assert done.exit_code == 1
    assert told in done.output
    assert "Traceback" not in done.output


def test_the_sentences_of_the_importer_are_there_in_both_languages() -> None:
    codes = [key for key in catalogue("es") if key.startswith("errors.import.")]
    assert len(codes) > 30
    for language in LANGUAGES:
        assert set(codes) <= set(catalogue(language))
        assert Words(language).error(Invalid("import.empty", file="a.csv")).count("a.csv") == 1


def test_the_layout_of_an_upload_is_guessed_with_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("año;tipo\n2024;Hurto\n".encode("cp1252"))
    assert imports.preview(SYSTEM, path).layout == Layout(delimiter=";", encoding="cp1252")
