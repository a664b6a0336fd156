"""Identifiers, claims, signatures and states of credentials. Pure."""
