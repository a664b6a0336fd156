"""The web process: granian with WSGI workers, each with a few threads that keep their database connections."""

from __future__ import annotations

import os
import sys

from tongban.house.lifeline import die_with_parent


def main(host: str, port: str) -> None:
    """Become the web server. Does not return."""
    die_with_parent()
    workers = os.environ.get("TONGBAN_WORKERS") or str(min(4, max(2, os.cpu_count() or 2)))
    threads = os.environ.get("TONGBAN_THREADS", "2")
    command = [sys.executable, "-m", "granian", "tongban.house.wsgi:application", "--interface", "wsgi", "--host", host, "--port", port]
    command += [
        "--workers",
        workers,
        "--blocking-threads",
        threads,
        "--backlog",
        "1024",
        "--respawn-failed-workers",
        "--log-level",
        "warning",
        "--no-ws",
    ]
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main(*sys.argv[1:3])
