"""Sharing: links by which people without an account watch a clip."""
