"""Does every answer keep the promises of the API's own description, whatever is sent?"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from app.settings import Settings
from benchmarks.processes import workspace_key
from tests.app.served import served

UNCHECKED = "positive_data_acceptance"  # a description cannot say that a promotion ends after it starts


def main(
    cases: Annotated[int, typer.Option(help="Generated requests for each operation.")] = 2000,
    only: Annotated[str, typer.Option(help="Pattern of the paths to try; all by default.")] = "",
) -> None:
    """Send generated requests, right and wrong, with a key; a broken promise ends with its request shown."""
    schemathesis = Path(sys.executable).parent / "schemathesis"
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/budget.db"
        key = workspace_key(url)
        with served(Settings(database_url=url, failed_keys=1_000_000, threads=4)) as client:
            page = f"{client.base_url}/openapi.json"
            client.get(page, timeout=600)  # written once, which a busy machine takes its time for
            options = ["--header", f"Authorization: Bearer {key}", "--exclude-checks", UNCHECKED]
            options += ["--max-examples", str(cases), "--generation-deterministic", "--continue-on-failure"]
            options += ["--include-path-regex", only] if only else []
            subprocess.run([schemathesis, "run", page, *options], check=True)
