"""Does every answer keep the promises of the API's own description, whatever is sent?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.app.served import served

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def main(cases: int = 2000) -> None:
    """Send `cases` generated requests to each operation; any broken promise ends with its request shown."""
    schemathesis = Path(sys.executable).parent / "schemathesis"
    with served() as client:
        page = f"{client.base_url}/openapi.json"
        options = ["--checks", CHECKS, "--max-examples", str(cases), "--generation-deterministic"]
        subprocess.run([schemathesis, "run", page, *options], check=True)
