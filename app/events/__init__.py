"""Promotions and festivals of a workspace, stored."""
