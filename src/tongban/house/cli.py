"""The command line: `tongban --help`. Commands import what they need when they run, so that asking for help stays quick."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Tongban 通办: a digital government in a folder.",
)
clock_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Show or advance the demo's clock. 查看或快进演示时钟。")
app.add_typer(clock_app, name="clock")

BENCHES = {
    "benefits": "tongban.house.bench.benefits",
    "explain": "tongban.house.bench.explain",
    "inbox": "tongban.house.bench.inbox",
    "ledger": "tongban.house.bench.ledger",
    "lifecycle": "tongban.house.bench.lifecycle",
    "upload": "tongban.house.bench.upload",
}

CityFolder = Annotated[Path | None, typer.Option("--city", help="The city's folder; the first in cities/ by default. 城市文件夹。")]
CityArgument = Annotated[Path | None, typer.Argument(help="The city's folder; the first in cities/ by default. 城市文件夹。")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON. 以 JSON 输出。")]
Port = Annotated[int, typer.Option(help="Port. 端口。")]
Host = Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for a phone in the same network. 监听地址。")]


@app.command()
def demo(
    people: Annotated[int, typer.Option(min=30, help="How many made-up residents, at the first start. 首次启动时生成多少居民。")] = 2000,
    port: Port = 8000,
    host: Host = "127.0.0.1",
) -> None:
    """Start the demo city; Ctrl-C stops it. 启动演示城市。"""
    from tongban.house import demo as running

    running.run(_data(), _city(), people=people, port=port, host=host)


@app.command("demo-reset")
def demo_reset() -> None:
    """Forget the demo city's data. 清空演示数据。"""
    from tongban.house import demo as running

    running.reset(_data())
    typer.echo("演示数据已清空。\nThe demo's data are gone.")


@app.command()
def serve(port: Port = 8000, host: Host = "127.0.0.1") -> None:
    """Run the web process alone. 只运行网页进程。"""
    _enter()
    from tongban.house import web

    web.main(host, str(port))


@app.command()
def worker() -> None:
    """Run the worker alone: jobs, sequencer, time limits. 只运行后台进程。"""
    _enter()
    from tongban.house import worker as working

    working.main()


@app.command()
def migrate() -> None:
    """Make the roles and bring the tables up to date, as their owner. 以所有者身份更新数据表。"""
    _enter(role="tongban_owner")
    from tongban.house import running_database

    with running_database.started(_data()):
        from tongban.house import prepare

        _django()
        running_database.declare_roles()
        prepare.migrate()


@app.command()
def check(city: CityArgument = None, as_json: AsJson = False) -> None:
    """Read and cross-check a declared city and run its services' tests. 检查城市文件夹。"""
    from tongban.house.commands import check as checking

    raise typer.Exit(checking.run(city or _city(), as_json=as_json))


@app.command()
def publish(
    city: CityArgument = None,
    base: Annotated[str | None, typer.Option(help="The version that the folder was changed from. 修改所依据的版本。")] = None,
    by: Annotated[str, typer.Option(help="Who is on record; by default your login. 发布人。")] = "",
) -> None:
    """Publish a declared city; it holds from the next request. 发布城市文件夹。"""
    _enter()
    from tongban.house import running_database

    with running_database.started(_data()):
        _django()
        from tongban.house.commands import publish as publishing

        raise typer.Exit(publishing.run(city or _city(), base=base, by=by))


@app.command()
def docs(
    city: CityArgument = None,
    target: Annotated[Path, typer.Option(help="The page. 写到哪个文件。")] = Path("docs/procedures.md"),
    check: Annotated[bool, typer.Option("--check", help="Only say whether it is current. 只检查是否最新。")] = False,
) -> None:
    """Make the manual's page of procedures from the declared city. 由城市文件夹生成办理程序说明。"""
    from tongban.house.commands import docs as manual

    raise typer.Exit(manual.run(city or _city(), target, check=check))


@app.command()
def new(kind: Annotated[str, typer.Argument(help="service")], name: str, city: CityFolder = None) -> None:
    """Begin a new service from a commented file that passes `check`. 新建服务事项。"""
    if kind != "service":
        raise typer.BadParameter(f"only `service` can be begun, not `{kind}` / 只能新建 service")
    from tongban.house.commands import new_service

    raise typer.Exit(new_service.run(name, city or _city()))


@app.command("import-library")
def import_library(
    file: Annotated[Path, typer.Argument(help="The upper level's item library: JSON, CSV or xlsx. 上级事项库文件。")],
    city: CityFolder = None,
    source: Annotated[str, typer.Option(help="Whose library it is. 事项库名称。")] = "上级事项库",
    on: Annotated[str, typer.Option(help="The day of its edition, 2026-06-30; today by default. 版本日期。")] = "",
    write: Annotated[bool, typer.Option("--write", help="Write it; without this it is only shown. 写入；不加则只预览。")] = False,
) -> None:
    """Take the upper level's item library in: its fields are then locked. 导入上级事项库，锁定其字段。"""
    from datetime import date

    from tongban.house.commands import import_library as importing
    from tongban.kernel import clock

    try:
        day = date.fromisoformat(on) if on else clock.today()
    except ValueError:
        raise typer.BadParameter(f"{on}: 2026-06-30") from None
    raise typer.Exit(importing.run(file, city or _city(), source=source, on=day, write=write))


@app.command()
def replay(
    service: Annotated[str, typer.Argument(help="The service's id. 服务编号。")],
    draft: Annotated[Path, typer.Option("--draft", help="The city folder that holds the draft. 草案所在的城市文件夹。")],
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Decided since; a year ago by default. 办结起始日，默认一年前。")
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="How many cases to list. 列出多少件。")] = 20,
    as_json: AsJson = False,
) -> None:
    """What a draft would change for running and decided cases, clause by clause, before it is published. 发布前预演：结果会改变的有哪些。"""
    _enter()
    from tongban.house import running_database

    with running_database.started(_data()):
        _django()
        from tongban.house.commands import replay as replaying
        from tongban.kernel import clock

        begin = since.date() if since else clock.today() - timedelta(days=365)
        raise typer.Exit(replaying.run(service, draft, since=begin, limit=limit, as_json=as_json))


@app.command()
def verify(
    file: Annotated[Path | None, typer.Argument(help="A receipt; without it the whole record. 回执文件；不写则核验全部。")] = None,
    key: Annotated[Path | None, typer.Option(help="The city's public key. 本市公钥。")] = None,
    as_json: AsJson = False,
) -> None:
    """Verify a receipt offline, or hold the whole record against itself. 核验回执或全部存证。"""
    from tongban.house.commands import verify as verifying

    if file is not None:
        raise typer.Exit(verifying.run(file, key, as_json=as_json))
    _enter()
    from tongban.house import running_database

    with running_database.started(_data()):
        _django()
        raise typer.Exit(verifying.run(as_json=as_json))


@app.command()
def token(
    login: Annotated[str, typer.Argument(help="Whose account. 账号登录名。")],
    days: Annotated[int, typer.Option(min=1, max=365, help="For how long. 有效天数。")] = 30,
) -> None:
    """A bearer token for the JSON API, for one account. 签发接口令牌。"""
    _enter()
    from tongban.house import running_database

    with running_database.started(_data()):
        _django()
        from tongban.house.commands import token as issuing

        raise typer.Exit(issuing.run(login, days))


@app.command()
def match(profile: Annotated[str, typer.Argument(help="A profile of the city. 档案编号。")]) -> None:
    """Match everybody of a profile with every policy over it, now. 立即匹配政策。"""
    _enter()
    from tongban.house import running_database

    with running_database.started(_data()):
        _django()
        from tongban.house.commands import match as matching

        raise typer.Exit(matching.run(profile))


@app.command()
def bench(name: Annotated[str, typer.Argument(help=" | ".join(BENCHES))], as_json: AsJson = False) -> None:
    """Measure one part and say the figures; a bar that is missed is an exit code of 1. 测量性能，未达标时退出码为 1。"""
    if name not in BENCHES:
        raise typer.BadParameter(f"{name}: one of / 可选 {', '.join(BENCHES)}")
    from importlib import import_module

    figures = import_module(BENCHES[name]).run()
    typer.echo(json.dumps(figures, ensure_ascii=False) if as_json else "\n".join(f"{key:40} {value}" for key, value in figures.items()))
    if figures.get("missed"):
        raise typer.Exit(1)


@app.command()
def backup(file: Path) -> None:
    """Keep database, files, keys and city in one checked file. 备份。"""
    _enter(role="tongban_owner")
    from tongban.house import backup as keeping
    from tongban.house import running_database

    with running_database.started(_data()):
        kept = keeping.backup(file, data=_data(), city=_city())
    typer.echo(
        f"已备份 {kept.size // 1_000_000} MB，{kept.parts} 个部分，含密钥：请加密保存。\nKept {kept.size // 1_000_000} MB in {kept.parts} parts, keys among them: store it encrypted.\n{file}"
    )


@app.command()
def restore(
    file: Path, replace: Annotated[bool, typer.Option("--replace", help="Overwrite the city that is here. 覆盖现有城市。")] = False
) -> None:
    """Verify a backup whole, then restore it into an empty place. 恢复。"""
    _enter(role="tongban_owner")
    from tongban.house import backup as keeping
    from tongban.house import running_database

    with keeping.verified(file) as whole:
        keeping.refuse_overwriting(_data(), replace=replace)
        with running_database.started(_data()):
            keeping.restore(whole, data=_data())
    typer.echo("已恢复并逐项核对。\nRestored, every part checked.")


@clock_app.command("show")
def clock_show() -> None:
    """Say what time it is in the city. 城市现在几点。"""
    _enter()
    from tongban.kernel import clock

    typer.echo(f"{clock.local(clock.now()):%Y-%m-%d %H:%M:%S}")


@clock_app.command("advance")
def clock_advance(working_days: Annotated[int, typer.Argument(min=1, max=60, help="Working days. 工作日数。")]) -> None:
    """Move a demo's clock forward by working days. 快进演示时钟。"""
    _enter()
    from tongban.house import running_database

    with running_database.started(_data()):
        _django()
        from tongban.house.devices.advance import advance

        typer.echo(f"{advance(working_days):%Y-%m-%d}")


def _data() -> Path:
    return Path(os.environ.get("TONGBAN_DATA", ".tongban")).resolve()


def _city() -> Path:
    from tongban.house.place import city_folder

    return city_folder()


def _enter(role: str = "tongban_app") -> None:
    """Take the surroundings that the city in the data folder runs in; what is set already wins."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.house.settings")
    os.environ.setdefault("TONGBAN_ROLE", role)
    from tongban.house.place import Place

    place = Place(_data())
    state = place.state()
    if state and state.demo:
        os.environ.setdefault("TONGBAN_DEMO", "1")
        os.environ.setdefault("TONGBAN_CLOCK", str(place.clock))
        os.environ.setdefault("TONGBAN_SYSTEMS", str(place.systems))
        os.environ.setdefault("TONGBAN_ORIGIN", state.address or "http://127.0.0.1:8000")


def _django() -> None:
    import django

    django.setup()


def main() -> None:
    """The program `tongban`. An error that a person may be told is told in both languages; status 1."""
    try:
        app()
    except Exception as error:
        from tongban.kernel.errors import TongbanError

        if not isinstance(error, TongbanError):
            raise
        typer.echo(f"{error.says.zh}\n{error.says.en}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
