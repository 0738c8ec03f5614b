"""The core: history in, curves and next month's budget out. The service enters by this door."""
