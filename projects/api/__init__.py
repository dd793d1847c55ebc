"""This app's part of the API at /api/v1."""
