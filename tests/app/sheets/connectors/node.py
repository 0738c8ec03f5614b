"""Node with a few pinned packages, in a folder of the user's cache, never in the project."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.app.office import is_lacking

PACKAGES = ("@microsoft/powerquery-parser@2.0.0", "typescript@5.9.3")
HERE = Path(__file__).parent


def packages() -> Path:
    """The folder that holds the packages; skips, but not on the CI, where npm cannot fetch them."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        is_lacking("no npm", "apt-get install nodejs npm")
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cache / "budget-allocation" / "-".join(name.rpartition("@")[2] for name in PACKAGES)
    stamp = folder / "installed"
    if not stamp.exists():
        folder.mkdir(parents=True, exist_ok=True)
        options = ["--no-audit", "--no-fund", "--silent", "--ignore-scripts", "--prefix", str(folder)]
        done = subprocess.run(["npm", "install", *options, *PACKAGES], capture_output=True, timeout=180)
        if done.returncode:
            is_lacking(f"nothing of {' '.join(PACKAGES)}", done.stderr.decode()[-300:])
        stamp.touch()
    return folder / "node_modules"


def run(script: str, given: dict[str, Any], modules: Path | None = None) -> Any:
    """What a script of this folder answers in JSON to what it is given in JSON."""
    if shutil.which("node") is None:
        is_lacking("no node", "apt-get install nodejs npm")
    environment = {**os.environ, "NODE_PATH": str(modules or "")}
    done = subprocess.run(
        ["node", str(HERE / script)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)
