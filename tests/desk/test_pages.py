"""The three columns: what stands where, for whom."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def test_every_page_answers(town, desk, case_id):
    officer = desk("liu-yang")
    for path in ("/desk/", "/desk/?box=today", "/desk/?q=味来", f"/desk/cases/{case_id}", f"/desk/cases/{case_id}/accept", f"/desk/cases/{case_id}/correction", f"/desk/cases/{case_id}/not-accept"):
        for lang in ("zh", "en"):
            officer.cookies["lang"] = lang
            assert officer.get(path).status_code == 200, path
    for path in ("/desk/exchange",):
        assert desk("xu-jing").get(path).status_code == 200
    for path in ("/desk/ledger", "/desk/ledger?q=味来", f"/desk/ledger/{case_id}"):
        assert desk("shen-yi").get(path).status_code == 200
    town.to_site(case_id)
    assert desk("wu-qiang").get("/desk/site").status_code == 200
    assert desk("wu-qiang").get(f"/desk/site/{town.site_task(case_id)}").status_code == 200
