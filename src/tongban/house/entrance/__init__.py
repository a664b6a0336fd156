"""The door: sign in, sign out, and taking up again what one was about to send."""
