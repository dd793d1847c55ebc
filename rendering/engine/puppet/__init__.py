"""The puppet: a photograph cut into layers, and the curves that move them drawn as frames."""

from rendering.engine.puppet.draw import draw
from rendering.engine.puppet.rig import Rig, build_rig

__all__ = ["Rig", "build_rig", "draw"]
