"""Channels of a workspace, stored."""
