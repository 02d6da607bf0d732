"""Looking for viruses in what comes in: a command of the operator's reads each file and says whether it may be kept.

It gets the file on its standard input, so that nothing lies on disk in plain for it, and answers with its status: 0
lets the file in, 1 says that something is in it, anything else that it could not look. Only 0 lets a file in.
"""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import suppress
from threading import Timer

LIMIT = 120  # seconds for one file
INFECTED, UNSCANNED = "infected", "unscanned"

log = logging.getLogger(__name__)


def problem(command: Sequence[str], blocks: Iterable[bytes], limit: float = LIMIT) -> str:
    """What is wrong with a file: nothing (empty), `infected` or `unscanned`. No command finds nothing."""
    if not command:
        return ""
    try:
        status = _run(command, blocks, limit)
    except OSError as error:
        log.error("The virus scan does not run: %s", error)
        return UNSCANNED
    if status > 1 or status < 0:
        log.error("The virus scan ended with status %s", status)
    return {0: "", 1: INFECTED}.get(status, UNSCANNED)


def _run(command: Sequence[str], blocks: Iterable[bytes], limit: float) -> int:
    nowhere = subprocess.DEVNULL
    with subprocess.Popen([*command], stdin=subprocess.PIPE, stdout=nowhere, stderr=nowhere) as process:  # noqa: S603
        end = Timer(limit, process.kill)
        end.start()
        try:
            with suppress(BrokenPipeError):  # it may have seen enough
                assert process.stdin is not None
                for block in blocks:
                    process.stdin.write(block)
                process.stdin.close()
            return process.wait()
        finally:
            end.cancel()
            process.kill()
