"""Questions to the record. Whether somebody may ask is decided by the rooms above."""

from tongban.ledger.reads.database import verify_database
from tongban.ledger.reads.entries import Earlier, EntryView, earlier, entries, following, repeated, size, waiting
from tongban.ledger.reads.mirror import checkpoint, entry_bundle, public_key, tile
from tongban.ledger.reads.proofs import SignedCheckpoint, consistency, inclusion, latest_checkpoint, receipt

__all__ = [
    "Earlier",
    "EntryView",
    "SignedCheckpoint",
    "checkpoint",
    "consistency",
    "earlier",
    "entries",
    "entry_bundle",
    "following",
    "inclusion",
    "latest_checkpoint",
    "public_key",
    "receipt",
    "repeated",
    "size",
    "tile",
    "verify_database",
    "waiting",
]
