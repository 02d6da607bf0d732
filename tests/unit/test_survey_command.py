"""`atalaya survey`: a table from microdata, what is told of it, and how it fails."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from commands import main
from tests.unit.test_microdata import PROFILE, rows


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "city.toml").write_text(PROFILE, encoding="utf-8")
    rows().to_csv(tmp_path / "answers.csv", index=False)
    return tmp_path


def run(folder: Path, file: str) -> tuple[int, str]:
    told = ["survey", "estimate", str(folder / file), "--profile", str(folder / "city.toml")]
    found = CliRunner().invoke(main, [*told, "--output", str(folder / "shares.csv")], env={"ATALAYA_LANGUAGE": "en"})
    return found.exit_code, found.output


def test_a_table_of_shares_is_written(folder: Path) -> None:
    status, said = run(folder, "answers.csv")
    assert status == 0
    assert "3 rows written" in said
    assert "no dark figure can be estimated" in said
    with (folder / "shares.csv").open(encoding="utf-8") as file:
        assert [row["precinct"] for row in csv.DictReader(file)] == ["", "north", "south"]


def test_a_file_that_cannot_be_right_writes_nothing(folder: Path) -> None:
    table = rows()
    table.assign(w=np.nan).to_csv(folder / "wrong.csv", index=False)
    status, said = run(folder, "wrong.csv")
    assert status == 1
    assert "120 rows without a usable weight" in said
    assert not (folder / "shares.csv").exists()


def test_the_profiles_are_listed() -> None:
    assert CliRunner().invoke(main, ["survey", "profiles"]).output == "enusc-2024\tENUSC (INE Chile)\n"
