"""`tongban token LOGIN`: a bearer token for the JSON API."""

from __future__ import annotations

import sys
from datetime import timedelta


def run(login: str, days: int) -> int:
    """Print the token; status 1 where nobody has that login."""
    from tongban.faces.api.tokens import issue
    from tongban.parties import reads as parties

    account = parties.account(login)
    if account is None:
        print(f"没有登录名为 {login} 的账号，或已停用。\nNo open account has the login {login}.", file=sys.stderr)
        return 1
    print(issue(account, timedelta(days=days)))
    return 0
