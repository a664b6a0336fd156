"""The declared city as values: what a service is, how files are read, cross-checked and tested. No framework, no database."""
