"""`tongban publish CITY`: make a declared city the running one. It holds from the next request in every process; a city with a fault is refused."""

from __future__ import annotations

import getpass
from pathlib import Path

from tongban.catalogue.acts import Published
from tongban.catalogue.acts import publish as publish_folder
from tongban.catalogue.errors import CityFaults, NotCarriedError
from tongban.house.commands.check import language, print_faults
from tongban.kernel.text import Lang, Text

_DONE = Text("已发布版本 {hash}，自下一次请求起生效。", "Version {hash} is published and holds from the next request.")
_SAME = Text("版本 {hash} 已在运行，没有变化。", "Version {hash} is running already; nothing changed.")
_CARRIED = Text(
    "工作台上发布、文件夹里还没有，已保留：{paths}。请取回并提交到城市文件夹。",
    "Published at the desk and not in the folder yet; kept: {paths}. Fetch them and commit them to the city's folder.",
)
_PARTS = {
    "services": Text("服务", "services"),
    "departments": Text("部门", "departments"),
    "roles": Text("角色", "roles"),
    "resources": Text("数据资源", "resources"),
    "procedures": Text("程序", "procedures"),
    "credentials": Text("证照", "credentials"),
    "letters": Text("文书", "letters"),
    "messages": Text("消息", "messages"),
    "areas": Text("区划", "areas"),
    "systems": Text("对接系统", "connected systems"),
    "reporting": Text("上报", "what is reported"),
    "library": Text("事项库", "the item library"),
    "profiles": Text("档案", "profiles"),
    "policies": Text("政策", "policies"),
    "pools": Text("资金池", "pools"),
}


def run(city: Path, *, base: str | None = None, by: str = "", lang: Lang | None = None) -> int:
    """Publish a folder and print what changed; returns the exit status. `by` is who is on record, by default the operator's login."""
    lang = lang or language()
    try:
        done = publish_folder(city, by or f"operator:{getpass.getuser()}", base)
    except CityFaults as error:
        print_faults(error.faults, lang)
        print(error.says.in_(lang))
        return 1
    except NotCarriedError as error:
        print(error.says.in_(lang))
        return 1
    _print(done, lang)
    return 0


def _print(done: Published, lang: Lang) -> None:
    print((_DONE if done.is_new else _SAME).format(hash=done.hash[:12]).in_(lang))
    if done.carried:
        print(_CARRIED.format(paths=", ".join(done.carried)).in_(lang))
    for part, names in done.changed.items():
        print(f"  {_PARTS[part].in_(lang)}: {', '.join(names)}")
