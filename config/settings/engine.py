"""Folders of the engine and of the disclosure."""

import os
from pathlib import Path

from config.settings.environment import LIKENESS_DATA_DIR, env

__all__ = ["LIKENESS_KEYS_DIR", "LIKENESS_MODELS_DIR"]

# The signing key and certificate of the credentials in each clip.
LIKENESS_KEYS_DIR = Path(env.str("LIKENESS_KEYS_DIR", default="") or LIKENESS_DATA_DIR / "keys").resolve()
# Model files that an operator puts in place of those that come with the packages.
LIKENESS_MODELS_DIR = Path(env.str("LIKENESS_MODELS_DIR", default="") or LIKENESS_DATA_DIR / "models").resolve()
# The engine knows no settings: it looks for voices and models where the environment says.
os.environ.setdefault("LIKENESS_MODELS_DIR", str(LIKENESS_MODELS_DIR))
