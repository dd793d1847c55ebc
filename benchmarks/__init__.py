"""Measures of the engine: what a clip looks like to an independent eye, and what it costs."""
