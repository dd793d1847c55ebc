"""Faces: reading a photo, finding the faces in it, their 478 points and pose, and the matte of the person."""

from rendering.engine.faces.checks import choose_face
from rendering.engine.faces.matte import person_matte
from rendering.engine.faces.mesh import Face, find_faces, track_face
from rendering.engine.faces.photo import read_photo

__all__ = ["Face", "choose_face", "find_faces", "person_matte", "read_photo", "track_face"]
