"""From files to an explorable map: the Mexico City set (1.11 million points), read from ../shared/data."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import table

FILES = Path(__file__).parent.parent.parent / "shared" / "data" / "cdmx-carpetas-2019-2024"


def run() -> None:
    files = sorted(FILES.glob("*.tar.gz"))
    if not files:
        print("\nimporting: left out, the Mexico City files are not there")
        return
    with TemporaryDirectory() as home:
        environment = {**os.environ, "ATALAYA_HOME": home, "DATABASE_URL": ""}
        atalaya = Path(sys.executable).with_name("atalaya")
        subprocess.run([atalaya, "migrate"], env=environment, check=True, capture_output=True)
        start = time.perf_counter()
        names = [str(path) for path in files]
        command = [str(atalaya), "import", "incidents", *names, "--profile", "mexico-city"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        assert status == 0, "the import failed"
        rows = subprocess.run([atalaya, "index", "status"], env=environment, check=True, capture_output=True, text=True)
        print(rows.stdout)
    line = [seconds, usage.ru_maxrss / 1e6]  # given in kB
    table("Mexico City, from files to explorable map", ["seconds", "peak memory, GB"], [line])


if __name__ == "__main__":
    run()
