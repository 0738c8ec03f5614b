"""What importing the service sets up."""

from __future__ import annotations

import os
import subprocess
import sys


def test_numeric_libraries_get_one_thread() -> None:
    """Whoever starts the service without a word about threads gets one per library; a word is heeded."""
    show = [sys.executable, "-c", "import app, os; print(os.environ['OPENBLAS_NUM_THREADS'])"]
    clean = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    for given, expected in (({}, "1"), ({"OPENBLAS_NUM_THREADS": "3"}, "3")):
        shown = subprocess.run(show, env=clean | given, capture_output=True, text=True, check=True).stdout
        assert shown.strip() == expected
