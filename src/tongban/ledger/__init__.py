"""The verifiable record: append, prove, checkpoint."""
