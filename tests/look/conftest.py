"""Without Chromium the browser's tests are not collected, unless it is required: then they fail and say why."""

from __future__ import annotations

from tests.browser import chromium, is_required

collect_ignore = [] if chromium() or is_required() else ["test_browser.py"]
