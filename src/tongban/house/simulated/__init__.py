"""Other bodies' systems as the demo has them: one generic program, told by the city's `demo/systems.yaml`; in a real city it does not run."""
