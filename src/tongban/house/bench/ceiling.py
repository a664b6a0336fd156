"""What the machine could do if nothing but the database worked: one row locked and changed, three added, committed; as pgbench would.

Invariant: same server, same durability, a connection each for so many threads; no Django, no rules, no record.
"""

from __future__ import annotations

import json
import sys
import threading
import time

import psycopg

_TABLES = """
CREATE TABLE bench_case (id int PRIMARY KEY, version int NOT NULL, payload text NOT NULL);
CREATE TABLE bench_event (id bigserial PRIMARY KEY, case_id int NOT NULL, payload text NOT NULL);
INSERT INTO bench_case SELECT n, 0, repeat('x', 600) FROM generate_series(1, 10000) n;
"""
_PAYLOAD = "y" * 1200


def measure(url: str, *, threads: int, seconds: float) -> float:
    """Transactions a second."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS bench_case, bench_event")
        for statement in _TABLES.strip().split(";\n"):
            connection.execute(statement)
    done = [0] * threads
    end = time.monotonic() + seconds

    def work(number: int) -> None:
        with psycopg.connect(url) as connection:
            at = number
            while time.monotonic() < end:
                at = (at + threads) % 10000 or 10000
                with connection.transaction():
                    connection.execute("SELECT version FROM bench_case WHERE id = %s FOR UPDATE", [at])
                    for _ in range(3):
                        connection.execute("INSERT INTO bench_event (case_id, payload) VALUES (%s, %s)", [at, _PAYLOAD])
                    connection.execute("UPDATE bench_case SET version = version + 1 WHERE id = %s", [at])
                done[number - 1] += 1

    workers = [threading.Thread(target=work, args=(number,)) for number in range(1, threads + 1)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(done) / seconds


def main() -> None:
    """`ceiling URL THREADS SECONDS`."""
    print(json.dumps(round(measure(sys.argv[1], threads=int(sys.argv[2]), seconds=float(sys.argv[3])))))


if __name__ == "__main__":
    main()
