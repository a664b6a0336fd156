"""Benefits: policies over everybody."""
