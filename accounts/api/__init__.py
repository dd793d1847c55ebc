"""The API at /api/v1: what all of its resources share, and the resources of this app."""
