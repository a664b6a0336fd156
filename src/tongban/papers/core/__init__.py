"""Papers as PDF/A-2a and PDF/UA-1: what is typed is data, never source."""

from __future__ import annotations

from tongban.papers.core.letter import Cover, Letter, letter, letters
from tongban.papers.core.licence import Licence, licence
from tongban.papers.core.qr import qr_svg
from tongban.papers.core.receipt import Receipt, Served, delivery_receipt
from tongban.papers.core.seal import DEMONSTRATION, Seal, seal_svg
from tongban.papers.core.slip import Part, Slip, slip
from tongban.papers.core.typesetting import PaperError, pdf

__all__ = [
    "DEMONSTRATION",
    "Cover",
    "Letter",
    "Licence",
    "PaperError",
    "Part",
    "Receipt",
    "Seal",
    "Served",
    "Slip",
    "delivery_receipt",
    "letter",
    "letters",
    "licence",
    "pdf",
    "qr_svg",
    "seal_svg",
    "slip",
]
