"""What must be explained or proven about a ticket: its limit, who is told when it takes long, where it goes, what counts. No framework, no database."""
