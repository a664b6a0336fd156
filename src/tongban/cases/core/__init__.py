"""What must be explained or proven about a case: its facts, its form, its clocks, its course. No framework, no database."""
