"""The record's mathematics: canonical documents, commitments, the RFC 6962 tree, its proofs, signed checkpoints and receipts. No Django, no I/O."""
