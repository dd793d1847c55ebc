"""Plans, packs, overage and Stripe: what an organisation may make, and what it pays for it. docs/billing.md."""
