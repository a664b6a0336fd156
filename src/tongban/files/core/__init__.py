"""What an upload is, by its content alone. Pure: bytes in, kind or error out."""
