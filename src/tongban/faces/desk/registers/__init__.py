"""Registers that Tongban keeps for departments without a system of their own: how they stand, files for them, their differences."""
