"""The floor: clock and legal days, identifiers, money, bilingual text, errors. A closed list; it knows no framework."""
