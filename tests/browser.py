"""Find Chromium and a Chinese font for the browser stories; fetch them where that is allowed; else say loudly what is not proven."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
PHONE = {"width": 360, "height": 740}
_LOUD = """
################################################################################
##  没有找到 Chromium：浏览器测试不会运行，页面没有得到检验。
##  No Chromium was found: the browser stories do NOT run and the pages are
##  NOT proven. Install it (Debian: apt install chromium fonts-noto-cjk) or name
##  it in TONGBAN_CHROMIUM. With TONGBAN_REQUIRE_BROWSER=1 this is an error.
################################################################################
"""


def chromium() -> str | None:
    """The browser's program, if there is one."""
    named = os.environ.get("TONGBAN_CHROMIUM")
    found = [named] if named and Path(named).exists() else [path for name in NAMES if (path := shutil.which(name))]
    return found[0] if found else None


@cache
def shared() -> Browser:
    """One browser for the whole run: Playwright's synchronous driver cannot be started twice in a thread. It ends with the process."""
    program = chromium()
    assert program, "no Chromium: apt install chromium fonts-noto-cjk, or name it in TONGBAN_CHROMIUM"
    from playwright.sync_api import sync_playwright

    driver = sync_playwright().start()
    atexit.register(driver.stop)
    return driver.chromium.launch(executable_path=program, args=FLAGS)


def is_required() -> bool:
    """Whether a missing browser is an error."""
    return os.environ.get("TONGBAN_REQUIRE_BROWSER") == "1"


def fetch() -> None:
    """Install browser and font with the system's own installer, as root on Debian and its kin."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    sys.stderr.write("正在安装 Chromium 与中文字体… / Installing Chromium and a Chinese font …\n")
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk"], check=False, **quiet)


def main() -> int:
    if not chromium():
        fetch()
    if chromium():
        return 0
    sys.stderr.write(_LOUD)
    return 1 if is_required() else 0


if __name__ == "__main__":
    sys.exit(main())
