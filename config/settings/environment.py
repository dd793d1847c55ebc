"""Where the settings come from: the process's environment, and the folder that holds everything made at run time."""

from pathlib import Path

import environ

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parents[2]
# Resolved, so that a child process started in another folder finds the same files.
LIKENESS_DATA_DIR = Path(env.str("LIKENESS_DATA_DIR", default="") or BASE_DIR / "var").resolve()
LIKENESS_DATA_DIR.mkdir(parents=True, exist_ok=True)
