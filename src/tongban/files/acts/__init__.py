"""Keep an upload; share one with another owner; forget an owner's; sweep what no row names."""

from __future__ import annotations

from tongban.files.acts.forget import forget
from tongban.files.acts.keep import keep
from tongban.files.acts.share import share
from tongban.files.acts.sweep import sweep

__all__ = ["forget", "keep", "share", "sweep"]
