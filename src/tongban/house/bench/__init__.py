"""What the program measures about itself; each module has a `run()` that answers figures as plain JSON."""
