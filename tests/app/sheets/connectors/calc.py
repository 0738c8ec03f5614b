"""A real LibreOffice Calc without a screen, German, with the macro among its user's scripts."""

from __future__ import annotations

import json
import secrets
import subprocess
from pathlib import Path
from shutil import which
from typing import Any

from tests.app.office import is_lacking

SYSTEM_PYTHON = Path("/usr/bin/python3")
BRIDGE = Path("/usr/lib/python3/dist-packages/uno.py")
DRIVER = Path(__file__).with_name("drive_calc.py")
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">
<value>de-DE</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="SecureURL" oor:op="fuse">
<value><it>file://{folder}</it></value></prop></item>
</oor:items>"""


def driven(folder: Path, macro: str, key: str, jobs: list[list[Any]]) -> list[Any]:
    """What LibreOffice makes of jobs for `drive_calc`; skips where it is not installed, but not on the CI."""
    program = which("soffice")
    if program is None or not BRIDGE.exists():
        is_lacking("no LibreOffice with its Python", "apt-get install libreoffice-calc python3-uno")
    user = folder / "profile" / "user"
    scripts = user / "Scripts" / "python"
    scripts.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(SETTINGS.format(folder=folder))
    (scripts / "budget_plan.py").write_text(macro)
    (user / "budget_key").write_text(key)
    pipe, environment = f"budget{secrets.token_hex(4)}", {"PATH": "/usr/bin:/bin", "HOME": str(folder)}
    options = ["--headless", "--norestore", "--nologo", "--nodefault", f"--accept=pipe,name={pipe};urp;"]
    calc = subprocess.Popen(
        [program, f"-env:UserInstallation=file://{folder}/profile", *options],
        env=environment | {"LC_ALL": "C.UTF-8"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        done = subprocess.run(
            [SYSTEM_PYTHON, DRIVER],
            input=json.dumps({"pipe": pipe, "jobs": jobs}),
            capture_output=True,
            text=True,
            timeout=180,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        calc.wait(timeout=30)
    finally:
        calc.kill()
    told: list[Any] = json.loads(done.stdout)
    return told
