"""`tongban demo`: from an empty folder to a running city, and back to silence on Ctrl-C.

Invariants: the second start keeps every row and skips whatever has not changed; however this process ends, the keeper notices and stops the rest.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tongban.house.errors import PortTakenError, StartFailedError
from tongban.house.lifeline import die_with_parent
from tongban.house.place import Place, State, fingerprint
from tongban.house.postgres import Cluster
from tongban.kernel.text import Text

_STEPS = {
    "database": Text(zh="数据库", en="Database"),
    "tables": Text(zh="数据表", en="Tables"),
    "city": Text(zh="城市目录", en="The declared city"),
    "people": Text(zh="虚构居民与企业", en="Made-up people and firms"),
    "stories": Text(zh="演示办件", en="Cases to look at"),
    "pages": Text(zh="页面文件", en="Page files"),
    "web": Text(zh="网页服务", en="Web"),
}


@dataclass
class Front:
    """What the person at the terminal sees."""

    console: Console = field(default_factory=Console)
    begun: float = field(default_factory=time.monotonic)
    last: float = field(default_factory=time.monotonic)
    groups: list[int] = field(default_factory=list)

    def see(self, event: dict[str, object]) -> None:
        """Show one event. Raises StartFailedError for one that ends the city."""
        match event.get("event"):
            case "step":
                self._step(event)
            case "progress":
                self._progress(event)
            case "started":
                self.groups.append(int(str(event["pid"])))
            case "fell":
                self._fell(event)
            case "failed":
                raise StartFailedError(Text(zh=str(event["zh"]), en=str(event["en"])))
            case "gave-up":
                raise _gave_up(event)

    def _step(self, event: dict[str, object]) -> None:
        now = time.monotonic()
        name = _STEPS[str(event["name"])]
        self.console.print(f"\r  [green]✓[/] {name.zh} {name.en}  [dim]{now - self.last:.1f} s[/]   ")
        self.last = now

    def _progress(self, event: dict[str, object]) -> None:
        if self.console.is_terminal:
            name = _STEPS[str(event["name"])]
            self.console.print(f"\r  … {name.zh} {name.en}  {float(str(event['share'])):.0%} ", end="")

    def _fell(self, event: dict[str, object]) -> None:
        self.console.print(
            f"  [yellow]⚠[/] {event['name']} 意外退出（{event['status']}），正在重启。/ {event['name']} ended ({event['status']}); starting it again."
        )


def _gave_up(event: dict[str, object]) -> StartFailedError:
    name, words = event["name"], event["words"]
    return StartFailedError(
        Text(
            zh=f"{name} 反复退出，演示已停止。它的原话：\n{words}",
            en=f"{name} ends again and again; the demo has stopped. Its own words stand above.",
        ),
    )


def run(data: Path, city: Path, *, people: int, port: int, host: str) -> None:
    """Run the demo until it is told to stop. Raises HouseError."""
    place = Place(data)
    before = place.state()
    place.open(new=before is None)
    with place.held():
        refuse_taken(host, port)
        address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 - asked for by the person who starts it
        if before is None or before.phase != "ready":
            begin_anew(place, people)
        state = place.note(address=address, pid=os.getpid(), demo=True)
        _serve(place, city, state, host=host, port=port)


def begin_anew(place: Place, people: int) -> None:
    """Throw away what an unfinished first start left behind, and note that making has begun."""
    if not os.environ.get("DATABASE_URL"):
        Cluster(place.data).destroy()
    place.forget()
    place.note(phase="making", people=people, made_from="")
    place.logs.mkdir(exist_ok=True)
    place.clock.write_text("0")


def reset(data: Path) -> None:
    """Forget the demo city here. Raises AlreadyRunningError."""
    place = Place(data)
    if not data.exists():
        return
    with place.held():
        Cluster(data).destroy()
        place.forget()


def environment(place: Place, city: Path, address: str, host: str) -> dict[str, str]:
    """What every process of a demo is started with."""
    hosts = "127.0.0.1,localhost,[::1]" if host in {"127.0.0.1", "localhost"} else "*"
    return {
        **os.environ,
        "TONGBAN_DATA": str(place.data),
        "TONGBAN_CITY": str(city),
        "TONGBAN_DEMO": "1",
        "TONGBAN_CLOCK": str(place.clock),
        "TONGBAN_ORIGIN": address,
        "TONGBAN_SYSTEMS": str(place.systems),
        "TONGBAN_HOSTS": os.environ.get("TONGBAN_HOSTS", hosts),
        "DJANGO_SETTINGS_MODULE": "tongban.house.settings",
    }


def refuse_taken(host: str, port: int) -> None:
    """Raise PortTakenError if something answers on the port already, or it may not be used."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTakenError(
                Text(
                    zh=f"端口 {port} 不能使用（{error.strerror}），可能别的程序正占着它。请换一个：make demo PORT={port + 1}",
                    en=f"Port {port} cannot be used ({error.strerror}); another program may hold it. Choose another: make demo PORT={port + 1}",
                )
            ) from error


def _serve(place: Place, city: Path, state: State, *, host: str, port: int) -> None:
    front = Front()
    made_from = fingerprint(city)
    python = sys.executable
    plan = {
        "data": str(place.data),
        "prepare": [python, "-m", "tongban.house.prepare", str(city), str(state.people)] if state.made_from != made_from else None,
        "keep": {
            "web": [python, "-m", "tongban.house.web", host, str(port)],
            "worker": [python, "-m", "tongban.house.worker"],
            "simulated": [python, "-m", "tongban.house.simulated"],
        },
    }
    _stop_on_signals()
    keeper = subprocess.Popen(
        [python, "-m", "tongban.house.keeper", json.dumps(plan)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(place, city, state.address, host),
        process_group=0,
    )
    try:
        for event in _events(keeper, front, state.address):
            if event.get("event") == "answers":
                place.note(phase="ready", made_from=made_from)
                _welcome(front, state)
            else:
                front.see(event)
        _failed_silently(keeper, place)
    except KeyboardInterrupt:
        front.console.print("\n正在停止… / Stopping …")
    finally:
        _let_go(keeper, front, place)


def _events(keeper: subprocess.Popen[bytes], front: Front, address: str) -> Iterator[dict[str, object]]:
    """What the keeper tells, and `answers` once the first page does."""
    assert keeper.stdout is not None
    answered = False
    rest = b""
    while True:
        if select.select([keeper.stdout], [], [], 0.1)[0]:
            piece = os.read(keeper.stdout.fileno(), 65536)
            if not piece:
                return
            *lines, rest = (rest + piece).split(b"\n")
            yield from (json.loads(line) for line in lines if line.startswith(b"{"))
        if not answered and front.groups and _answers(address):
            answered = True
            yield {"event": "step", "name": "web"}
            yield {"event": "answers"}


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as response:  # noqa: S310 - our own address
            return bool(response.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def _welcome(front: Front, state: State) -> None:
    from tongban.house import population

    people = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("演示身份 Demo identity", "可以做什么 What to try"):
        people.add_column(title)
    for person in population.people():
        people.add_row(f"{person.name}", f"{person.says.zh}\n[dim]{person.says.en}[/]")
    console = front.console
    console.print(f"\n  [bold]{state.address}[/]   [dim]{time.monotonic() - front.begun:.1f} s[/]")
    console.print(f"  用右上角「换个身份」登录，无需密码 / Sign in without a password: {state.address}/demo/people\n")
    console.print(people)
    console.print("\n  Ctrl-C 停止，数据保留 / Ctrl-C stops; the data stay. 清空：make demo-reset")


def _failed_silently(keeper: subprocess.Popen[bytes], place: Place) -> None:
    status = keeper.wait()
    if status:
        raise StartFailedError(
            Text(
                zh=f"演示意外停止（{status}）。日志在 {place.logs}。",
                en=f"The demo ended unexpectedly ({status}). Its logs are in {place.logs}.",
            ),
        )


def _let_go(keeper: subprocess.Popen[bytes], front: Front, place: Place) -> None:
    """Close the lifeline and wait; if the keeper was killed, do its work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    assert keeper.stdin is not None
    keeper.stdin.close()
    try:
        keeper.wait(40)
    except subprocess.TimeoutExpired:
        keeper.kill()
    if keeper.returncode in {0, 1}:
        return
    for group in front.groups:
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            continue
    if not os.environ.get("DATABASE_URL"):
        Cluster(place.data).stop()


def _stop_on_signals() -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    if os.environ.get("MAKELEVEL"):
        die_with_parent()  # a `make` that is killed cannot tell us
