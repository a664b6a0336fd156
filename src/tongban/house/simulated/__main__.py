"""`python -m tongban.house.simulated`: the simulated systems of a demo, until told to stop."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

from tongban.house.lifeline import die_with_parent
from tongban.house.place import city_folder
from tongban.house.simulated.plan import read_plan
from tongban.house.simulated.serving import running


def main() -> None:
    """Serve what the city's plan says, from the data folder."""
    die_with_parent()
    os.nice(5)
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    folder = Path(os.environ.get("TONGBAN_DATA", ".tongban")) / "simulated"
    with running(read_plan(city_folder()), folder):
        ending.wait()


if __name__ == "__main__":
    main()
