"""What can go wrong between a clip and what it says of itself."""

from rendering.engine.errors import EngineError


class DisclosureError(EngineError):
    """A file that cannot be marked, signed or examined."""
