"""Install the hash-pinned locks into `.venv`. Runs on a bare Python, before anything of ours is there, so it imports the standard library only.

Invariants: what is installed is exactly the lock (every file's hash is checked); an install that was interrupted is taken up again; one that is
complete is recognised by the lock's own hash and costs a few milliseconds.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
_NEEDED_MEGABYTES = 900


def main(want: str) -> int:
    """Install `runtime` or `dev`. Returns the exit status."""
    try:
        return _install(want)
    except OSError as error:
        return _say(
            f"安装到 {VENV} 时出错：{error.strerror}（{error.filename or ROOT}）。请检查磁盘空间与写权限后再试。",
            f"Installing into {VENV} failed: {error.strerror} ({error.filename or ROOT}). Check free space and write permission, then try again.",
        )


def _install(want: str) -> int:
    if _is_done(want):
        return 0
    if not os.access(ROOT, os.W_OK):
        return _say(
            f"当前用户不能写入 {ROOT}。请换到自己有写权限的目录重新克隆。",
            f"You may not write to {ROOT}. Clone into a folder of your own.",
        )
    with (ROOT / "pyproject.toml").open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        return 0 if _is_done(want) else _fill(want)


def _fill(want: str) -> int:
    if (free := shutil.disk_usage(ROOT).free // 1_000_000) < _NEEDED_MEGABYTES:
        return _say(
            f"磁盘剩余 {free} MB，安装需要约 {_NEEDED_MEGABYTES} MB。请清理后再试。",
            f"{free} MB of disk are free; installing needs about {_NEEDED_MEGABYTES} MB. Make room and try again.",
        )
    lock = ROOT / "requirements" / f"{want}.lock"
    print(f"正在安装（{lock.name}）… / Installing ({lock.name}) …", flush=True)
    if not (_with_uv(lock) or _with_pip(lock)):
        return _say(
            "安装没有完成，上面是安装程序的原话。常见原因是网络：可用 PIP_INDEX_URL（pip）或 UV_DEFAULT_INDEX（uv）指向本地镜像后再试。",
            "Installing did not finish; the installer's own words stand above. Often it is the network: name a mirror in PIP_INDEX_URL (pip) or UV_DEFAULT_INDEX (uv) and try again.",
        )
    _stamp(want).write_text(_fingerprint(want))
    return 0


def _with_uv(lock: Path) -> bool:
    uv = shutil.which("uv")
    if not uv:
        return False
    into = ["--python", str(VENV / "bin" / "python"), "--quiet"]
    return (
        (_works() or _run(uv, "venv", "--quiet", "--clear", "--python", _base_python(), str(VENV)))
        and _run(uv, "pip", "install", *into, "--require-hashes", "--only-binary", ":all:", "-r", str(lock))
        and _run(uv, "pip", "install", *into, "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    )


def _with_pip(lock: Path) -> bool:
    if not _works("import pip") and not _run(_base_python(), "-m", "venv", "--clear", str(VENV)):
        _say(
            "无法建立 Python 虚拟环境。Debian/Ubuntu 请先运行：apt install python3-venv",
            "A Python virtual environment cannot be made. On Debian/Ubuntu run first: apt install python3-venv",
        )
        return False
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    return _run(*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(lock)) and _run(
        *pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)
    )


def _base_python() -> str:
    """The interpreter outside `.venv`: a virtual environment cannot clear itself from within."""
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    return str(Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}") if inside else sys.executable


def _works(what: str = "") -> bool:
    python = VENV / "bin" / "python"
    return python.exists() and subprocess.run([str(python), "-c", what], capture_output=True, check=False).returncode == 0


def _is_done(want: str) -> bool:
    program = VENV / "bin" / "tongban"
    enough = {"runtime": ("runtime", "dev"), "dev": ("dev",)}[want]
    return program.exists() and any(_stamp(name).exists() and _stamp(name).read_text() == _fingerprint(name) for name in enough)


def _stamp(want: str) -> Path:
    return VENV / f".installed-{want}"


def _fingerprint(want: str) -> str:
    """Of the lock, of our own declaration and of where the checkout stands: a virtual environment does not survive being moved."""
    parts = [(ROOT / "requirements" / f"{want}.lock").read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _run(*command: str) -> bool:
    return subprocess.run(command, check=False, cwd=ROOT).returncode == 0


def _say(zh: str, en: str) -> int:
    print(zh, en, sep="\n", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
