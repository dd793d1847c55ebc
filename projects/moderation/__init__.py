"""Moderation: what wants a person's decision, the decisions, and what they stop."""
