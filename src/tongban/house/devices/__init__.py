"""The three devices of the demo: change who you are, move the city's clock, see the phone. In a real city they do not exist (404)."""
