"""Throw-away databases: a SQLite file, or a database in a PostgreSQL server of the tests' own."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

ENGINES = ("sqlite", "postgresql")


def server_binaries() -> Path | None:
    """The folder of the newest installed PostgreSQL server, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    on_path = shutil.which("postgres")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def postgresql(binaries: Path) -> Iterator[str]:
    """The address of a new server, without its database's name; it ends with the block.

    The server refuses to run as root, so root starts it as `postgres` or `nobody`.
    """
    user = _server_user()
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        if user:
            shutil.chown(folder, user)
        data = Path(folder, "data")
        initdb = [
            str(binaries / "initdb"),
            "-D",
            str(data),
            "-U",
            "budget",
            "--auth=trust",
            "-E",
            "UTF8",
            "-N",
        ]
        subprocess.run(initdb, user=user, cwd=folder, check=True, capture_output=True)
        serve = [str(binaries / "postgres"), "-D", str(data), "-k", folder, "-c", "listen_addresses=", "-F"]
        with Path(folder, "log").open("wb") as log:
            server = subprocess.Popen(serve, user=user, cwd=folder, stdout=log, stderr=log)
        try:
            _wait_for(folder)
            yield f"postgresql://budget@/{{name}}?host={folder}"
        finally:
            server.terminate()
            server.wait(timeout=20)


def new_database(address: str) -> str:
    """The address of a new, empty database on the server."""
    name = f"t{secrets.token_hex(6)}"
    with psycopg.connect(address.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return address.format(name=name)


def _server_user() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _wait_for(folder: str) -> None:
    for _ in range(200):
        try:
            psycopg.connect(f"postgresql://budget@/postgres?host={folder}").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(Path(folder, "log").read_text())
