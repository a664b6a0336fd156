"""Questions to departments and their answers, without a database."""
