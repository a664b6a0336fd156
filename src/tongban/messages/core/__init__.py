"""What may stand in a message, and when it may be sent. Pure."""
