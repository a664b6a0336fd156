"""Pure parts of docking: what travels, how it is signed, when it is tried again, and what two lists disagree on."""
