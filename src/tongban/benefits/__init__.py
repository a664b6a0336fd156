"""Who is entitled to what: policies over whole registers."""
