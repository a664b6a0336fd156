"""Questions about tickets. Answers are values, never rows that somebody could save."""
