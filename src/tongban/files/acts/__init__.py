"""Keep an upload; sweep what no row names."""

from __future__ import annotations

from tongban.files.acts.keep import keep
from tongban.files.acts.sweep import sweep

__all__ = ["keep", "sweep"]
