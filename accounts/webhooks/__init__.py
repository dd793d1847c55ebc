"""Webhooks: what happened in an organisation, told to its own programs by the Standard Webhooks form."""
