"""A real LibreOffice Calc without a screen, as the spreadsheet that people open files with."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from shutil import which
from typing import NoReturn

import pytest

RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


def is_lacking(what: str, how: str) -> NoReturn:
    """Skip the test, naming what installs what it needs; on the CI that is a failure."""
    (pytest.fail if "CI" in os.environ else pytest.skip)(f"{what} is installed: {how}")


class Calc:
    """One installation with a profile of its own, which calculates every workbook anew as it opens it."""

    def __init__(self, folder: Path) -> None:
        program = which("soffice")
        if program is None:
            is_lacking("no LibreOffice", "apt-get install libreoffice-calc")
        self.program, self.folder = program, folder
        user = folder / "profile" / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(RECALCULATE)

    def saved_as(self, kind: str, *files: Path) -> list[Path]:
        """Open files and save them as another kind: `xlsx`, `pdf`, `csv`."""
        out = self.folder / kind
        command = [
            self.program,
            f"-env:UserInstallation=file://{self.folder}/profile",
            "--headless",
            "--norestore",
        ]
        command += ["--convert-to", kind, "--outdir", str(out), *map(str, files)]
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=180)
        return [out / f"{file.stem}.{kind}" for file in files]
