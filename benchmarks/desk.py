"""The desk under a rush: 200 forms filed at once, each sent twice, by several processes with several threads each.

And at the size of a city's ten years of requests, how long a look-up, a page of the queue, a check of the whole chain
and a change of keys take. Each visitor has an address of their own, so that no limit is met.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory

from benchmarks.measure import median_ms, table
from data_access.desk import Desk, events
from data_access.desk.rekeying import rekey
from data_access.engine import make_engine
from data_access.migrate import DESK, upgrade
from domain.footage.case import Wanted
from domain.footage.draft import Contact, Draft, Kind, Place
from domain.footage.when import Segment
from domain.people import ANONYMOUS, SYSTEM
from services import clock
from services.footage import cases
from services.footage.filing import REQUESTER, Filing, enter, file
from services.footage.following import look_up

FORMS, PROCESSES, THREADS = 200, 4, 5
MANY = 7_602  # requests that New Orleans answered
OLD, NEW = "a key of the bench", "another key of the bench"


def run() -> None:
    with TemporaryDirectory() as folder:
        measure(f"sqlite:///{folder}/desk.sqlite", Path(folder))


def measure(url: str, home: Path) -> None:
    desk = Desk(make_engine(url), home, (OLD,))
    upgrade(desk.engine, DESK)
    _rush(desk, url)
    code = _many(desk)
    newer = Desk(desk.engine, home, (NEW, OLD))
    lines = [
        ["look a request up by its code", median_ms(lambda: look_up(desk, code, "192.0.2.1"))],
        ["a page of the queue", median_ms(lambda: cases.listing(desk, SYSTEM, Wanted()))],
        ["file one more", median_ms(lambda: file(desk, ANONYMOUS, _form(0, token_urlsafe(8))))],
        ["check the whole chain", median_ms(lambda: _whole(desk))],
        ["change the key", _seconds(lambda: rekey(newer)) * 1000],
    ]
    table(f"With {MANY + FORMS:,} requests, {desk.engine.dialect.name}", ["", "ms"], lines)
    desk.engine.dispose()


def _rush(desk: Desk, url: str) -> None:
    forms = [_form(number) for number in range(FORMS)]
    share = [[*forms[start::PROCESSES], *forms[(start + 1) % PROCESSES :: PROCESSES]] for start in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        list(pool.map(_file, [url] * PROCESSES, [[]] * PROCESSES))  # started before the clock is
        start = time.perf_counter()
        answered = [one for part in pool.map(_file, [url] * PROCESSES, share) for one in part]
        seconds = time.perf_counter() - start
    folios: dict[str, set[tuple[str, str]]] = {}
    for once, folio, code in answered:
        folios.setdefault(once, set()).add((folio, code))
    different = {folio for answers in folios.values() for folio, _ in answers}
    rows = [
        [FORMS, len(answered), len(different), sum(len(set_) > 1 for set_ in folios.values()), _whole(desk), seconds]
    ]
    table("Filed at once", ["forms", "sent", "filed", "answered unlike", "chain whole", "seconds"], rows)


def _file(url: str, forms: list[Filing]) -> list[tuple[str, str, str]]:
    """File forms from several threads of one process."""
    desk = Desk(make_engine(url), Path("unused"), (OLD,))
    with ThreadPoolExecutor(THREADS) as pool:
        receipts = list(pool.map(lambda form: file(desk, ANONYMOUS, form), forms))
    desk.engine.dispose()
    return [(form.once, receipt.folio, receipt.code) for form, receipt in zip(forms, receipts, strict=True)]


def _many(desk: Desk) -> str:
    """File as many requests as a city has in ten years; the code of one."""
    with desk.writing() as connection:
        for number in range(MANY):
            enter(connection, desk, _form(number, "many"), REQUESTER, clock.now())
    return file(desk, ANONYMOUS, _form(MANY, "one")).code


def _form(number: int, batch: str = "rush") -> Filing:
    start = clock.now() - 90_000
    draft = Draft(
        Kind.PARTY,
        (Segment(date.fromtimestamp(start), start, start + 600),),
        Place(cameras=(f"C{number % 432}",)),
        Contact(email=f"{number}@example.org"),
        name=f"Person {number}",
        document_type="passport",
        document=f"{batch}{number}",
        story="What happened to me there.",
    )
    source = f"10.{number // 62_500}.{number // 250 % 250}.{number % 250}" if batch in ("rush", "many") else batch
    return Filing(draft, token_urlsafe(16), "chile", source=source)


def _whole(desk: Desk) -> bool:
    with desk.engine.connect() as connection:
        return events.verify(connection).whole


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
