"""What may be done with benefits: match everybody, or whoever's records changed; look at one subject, with reasons; draft, try, publish a policy."""

from __future__ import annotations

from tongban.benefits.acts.look import Look, look
from tongban.benefits.acts.match import ask_for_run, carry_out, stop_run

__all__ = ["Look", "ask_for_run", "carry_out", "look", "stop_run"]
