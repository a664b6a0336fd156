"""What officials do with entitlements: lists of what waits, one entitlement with its life, and the acts on it."""
