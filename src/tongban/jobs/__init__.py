"""Work that is kept as rows and done after the transaction that asked for it."""
