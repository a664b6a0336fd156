"""Pure: the SQL of profiles and policies, and the facts of one row."""
