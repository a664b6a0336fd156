"""Tongban 通办: a digital government in a folder."""
