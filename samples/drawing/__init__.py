"""The parts of the sample portrait: brushes, and one module for every layer of the picture, back to front."""
