"""Training of the networks that are Likeness's own: what they learn from is made here too, and nothing is fetched."""
