"""What may be done with benefits: ask for a run over everybody, carry it out, stop it."""

from __future__ import annotations

from tongban.benefits.acts.match import ask_for_run, carry_out, stop_run

__all__ = ["ask_for_run", "carry_out", "stop_run"]
