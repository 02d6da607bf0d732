"""Reading a survey's microdata, one row for each person asked, into shares. Nobody's answers are kept.

What a file's columns and codes mean is data: a profile in `config/surveys/`.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pandas as pd
import rdata
from numpy.typing import NDArray

from analytics.survey import LEVEL, Sample, share
from domain.errors import Invalid, NotFound
from domain.surveys import ANSWERS_FOR_ANYTHING, Design, Estimate, Topic, Unit

FOLDER = Path(__file__).parent.parent / "config" / "surveys"
COLUMNS = (
    "survey",
    "year",
    "topic",
    "item",
    "precinct",
    "place",
    "unit",
    "share",
    "low",
    "high",
    "level",
    "answers",
    "design",
)
DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Question:
    """A column and what its codes say; a code in none of the three sets is refused."""

    topic: Topic
    item: str
    unit: Unit
    column: str
    yes: frozenset[str]
    no: frozenset[str]
    missing: frozenset[str]


@dataclass(frozen=True, slots=True)
class Profile:
    survey: str
    year: int
    weights: Mapping[Unit, str]  # column of the weight that makes the rows speak for all units
    stratum: str
    cluster: str
    all: str  # whom all rows together speak for
    place: str  # column; empty: only all together
    names: Mapping[str, str]  # of places by code
    precincts: bool  # whether the codes are precincts of this portal
    questions: tuple[Question, ...]

    @property
    def columns(self) -> list[str]:
        asked = [question.column for question in self.questions]
        held = [self.stratum, self.cluster, *self.weights.values(), *([self.place] if self.place else [])]
        return list(dict.fromkeys([*held, *asked]))

    @property
    def asks_who_reported(self) -> bool:
        """Whether a dark figure can be had from it at all."""
        return any(question.topic is Topic.REPORTED for question in self.questions)


def profiles() -> dict[str, Profile]:
    """The profiles that come along, by name."""
    return {path.stem: profile(path.stem) for path in sorted(FOLDER.glob("*.toml"))}


def profile(name: str) -> Profile:
    """A profile that comes along, or one in a file of its own. Raises NotFound or Invalid("surveys.profile")."""
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not path.is_file():
        raise NotFound("surveys.profile_unknown", name=name)
    try:
        return _profile(tomllib.loads(path.read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid("surveys.profile", name=path.name, reason=str(error)) from None


def _profile(told: Mapping[str, Any]) -> Profile:
    places = told["places"]
    codes = {
        name: {side: _codes(sets.get(side, [])) for side in ("yes", "no", "missing")}
        for name, sets in told["codes"].items()
    }
    questions = [
        Question(Topic(q["topic"]), q["item"], Unit(q["unit"]), q["column"], **codes[q["codes"]])
        for q in told["question"]
    ]
    return Profile(
        survey=told["survey"],
        year=told["year"],
        weights={Unit(unit): column for unit, column in told["weights"].items()},
        stratum=told["stratum"],
        cluster=told["cluster"],
        all=places["all"],
        place=places.get("column", ""),
        names=places.get("names", {}),
        precincts=places.get("precincts", False),
        questions=tuple(questions),
    )


def _codes(values: Iterable[object]) -> frozenset[str]:
    return frozenset(map(str, values))


def estimates(path: Path, profile: Profile) -> Iterator[Estimate]:
    """One share for each question, for everybody and for each place.

    Fewer answers than a share may be told of leave the share empty. Raises Invalid for a file that cannot be read,
    lacks a column, holds a code that the profile does not know or a row without a weight; NotFound where it is absent.
    """
    table = _read(path, profile)
    strata, clusters = _texts(table, profile.stratum), _texts(table, profile.cluster)
    weights = {unit: _weights(table, column) for unit, column in profile.weights.items()}
    first = Sample.of(np.ones(len(table)), strata, clusters)
    places = _places(table, profile)
    for question in profile.questions:
        sample = replace(first, weights=weights[question.unit])
        yes = _answers(_texts(table, question.column), question)
        for code, inside in places.items():
            yield _estimate(profile, question, code, sample, yes, inside)


def _estimate(
    profile: Profile,
    question: Question,
    code: str,
    sample: Sample,
    yes: NDArray[np.float64],
    inside: NDArray[np.bool_] | None,
) -> Estimate:
    found = share(sample, yes, inside)
    told = found if found is not None and found.answers >= ANSWERS_FOR_ANYTHING and found.low is not None else None
    return Estimate(
        survey=profile.survey,
        year=profile.year,
        topic=question.topic,
        item=question.item,
        precinct=code if profile.precincts else "",
        place=profile.names.get(code, code) if code else profile.all,
        unit=question.unit,
        share=told.share if told else None,
        low=told.low if told else None,
        high=told.high if told else None,
        level=LEVEL,
        answers=found.answers if found else 0,
        design=Design.PROBABILITY,
    )


def _places(table: pd.DataFrame, profile: Profile) -> dict[str, NDArray[np.bool_] | None]:
    """Whom to estimate for: everybody under "", and each place with rows, the named ones in the profile's order."""
    if not profile.place:
        return {"": None}
    codes = _texts(table, profile.place)
    held = sorted(set(codes) - {""})
    ordered = [*(code for code in profile.names if code in held), *(code for code in held if code not in profile.names)]
    return {"": None, **{code: codes == code for code in ordered}}


def _answers(texts: NDArray[np.object_], question: Question) -> NDArray[np.float64]:
    """1 yes, 0 no, NaN no answer; an empty cell is a question that was not put."""
    known = question.yes | question.no | question.missing | {""}
    unknown = sorted(set(texts) - known)
    if unknown:
        raise Invalid("surveys.code_unknown", column=question.column, value=unknown[0])
    yes, no = (np.isin(texts, list(side)) for side in (question.yes, question.no))
    return np.where(yes, 1.0, np.where(no, 0.0, np.nan))


def _weights(table: pd.DataFrame, column: str) -> NDArray[np.float64]:
    values = pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = int(np.count_nonzero(~(np.isfinite(values) & (values >= 0))))
    if wrong:
        raise Invalid("surveys.weight", column=column, count=wrong)
    return values


def _texts(table: pd.DataFrame, column: str) -> NDArray[np.object_]:
    """A column as codes: 1, 1.0 and "1" are one code, what is empty is ""."""
    values = table[column]
    if pd.api.types.is_numeric_dtype(values):
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        kinds, where = np.unique(numbers, return_inverse=True)
        names = np.array(["" if np.isnan(kind) else f"{kind:.12g}" for kind in kinds], dtype=object)
        return names[where]
    texts = values.astype("string").fillna("").str.strip()
    return texts.str.replace(r"^(-?\d+)\.0+$", r"\1", regex=True).to_numpy(dtype=object)


# --- files -----------------------------------------------------------------------------------------------------


def _read(path: Path, profile: Profile) -> pd.DataFrame:
    """The columns that the profile speaks of, by the ending of the file's name."""
    readers = {".csv": _csv, ".parquet": _parquet, ".dta": _stata, ".rds": _rds}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise Invalid("surveys.format", name=path.name)
    if not path.is_file():
        raise NotFound("surveys.file", name=path.name)
    try:
        table = reader(path)
    except Exception as error:  # four libraries, each with its own ways to say that a file is broken
        raise Invalid("surveys.unreadable", name=path.name, reason=str(error)[:200]) from None
    absent = [column for column in profile.columns if column not in table.columns]
    if absent:
        raise Invalid("surveys.column", column=absent[0])
    return table[profile.columns]


def _csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="string", sep=None, engine="python", encoding="utf-8-sig")


def _parquet(path: Path) -> pd.DataFrame:
    return pd.read_parquet(path)


def _stata(path: Path) -> pd.DataFrame:
    return pd.read_stata(path, convert_categoricals=False)


def _rds(path: Path) -> pd.DataFrame:
    """A data frame of R; labelled columns, as haven writes them, are read as their codes."""
    frame = rdata.conversion.DEFAULT_CLASS_MAP["data.frame"]
    classes: dict[str | bytes, Any] = {
        **rdata.conversion.DEFAULT_CLASS_MAP,
        **dict.fromkeys(("haven_labelled", "haven_labelled_spss"), _plain),
        **dict.fromkeys(("tbl_df", "tbl", "data.table"), frame),
    }
    table = rdata.conversion.convert(rdata.parser.parse_file(path, extension=".rds"), classes)
    if not isinstance(table, pd.DataFrame):
        raise ValueError("no data frame")
    return table


def _plain(values: Any, _: Mapping[str, Any]) -> Any:
    return values


def write(found: Iterable[Estimate], out: TextIO) -> int:
    """The tidy table that `atalaya` takes as a delivery of the kind "survey"; answers how many rows it wrote."""
    table, rows = csv.writer(out, lineterminator="\n"), 0
    table.writerow(COLUMNS)
    for estimate in found:
        table.writerow([_cell(getattr(estimate, column)) for column in COLUMNS])
        rows += 1
    return rows


def _cell(value: object) -> object:
    return "" if value is None else round(value, DECIMALS) if isinstance(value, float) else value
