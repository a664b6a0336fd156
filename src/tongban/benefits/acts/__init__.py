"""What may be done with benefits: ask for a run over everybody, carry it out, stop it; look at one subject, with reasons."""

from __future__ import annotations

from tongban.benefits.acts.look import Look, look
from tongban.benefits.acts.match import ask_for_run, carry_out, stop_run

__all__ = ["Look", "ask_for_run", "carry_out", "look", "stop_run"]
