"""Contracts of our own for import-linter, named in `.importlinter`."""
