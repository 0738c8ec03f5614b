"""The ledger of the money held back: opened with the plan, released for a reason, never overdrawn."""
