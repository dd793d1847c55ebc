"""Restoration: repairs that a person chooses, and the proof that the person in the photo stays the same."""

from rendering.engine.restoration.identity import Change, face_change
from rendering.engine.restoration.repairing import CLASSICAL, DRAWN, STEPS, Note, Repaired, available_steps, repair

__all__ = ["CLASSICAL", "DRAWN", "STEPS", "Change", "Note", "Repaired", "available_steps", "face_change", "repair"]
