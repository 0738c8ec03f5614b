#!/usr/bin/env python3
"""Set up and run the project on a machine that has only Python 3.11, 3.12 or 3.13.

    python3 dev.py run [--once] [--port 8000]   plan the sample shop's next month, then open it as a page
    python3 dev.py serve [--port 8000]          only serve
    python3 dev.py test [pytest arguments]      everything the CI runs: ruff, mypy, import contracts, tests
    python3 dev.py bench [name ...]             the benchmarks
    python3 dev.py lock                         pin the dependencies of pyproject.toml anew (needs uv)

The first call makes `.venv` and installs the hash-pinned lock; later calls start at once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
RUN_LOCK, TEST_LOCK = "requirements.lock", "requirements-dev.lock"
# A file's tests stay together, for what they share; every core takes files, but few servers stand at once.
SIDE_BY_SIDE = ["--numprocesses=auto", "--maxprocesses=4", "--dist=loadfile", "--no-loadscope-reorder"]
SYSTEM_PACKAGES = {  # Debian's name: where its presence is seen
    "postgresql": ["postgres", "/usr/lib/postgresql/*/bin/postgres"],
    "chromium": ["chromium"],
    "nodejs": ["node"],
    "npm": ["npm"],
    "libreoffice-calc": ["soffice"],
    "libreoffice-script-provider-python": ["/usr/lib/libreoffice/program/libpythonloaderlo.so"],
    "python3-uno": ["/usr/lib/python3/dist-packages/uno.py"],
    "poppler-utils": ["pdftotext"],
    "fonts-noto-cjk": ["/usr/share/fonts/opentype/noto/NotoSansCJK*"],
    "libpango-1.0-0": ["/usr/lib/*/libpango-1.0.so.0"],
    "libpangoft2-1.0-0": ["/usr/lib/*/libpangoft2-1.0.so.0"],
}


def main() -> int:
    command, *arguments = sys.argv[1:] or ["help"]
    jobs = {"run": run, "serve": serve, "test": test, "bench": bench, "lock": lock}
    if command not in jobs:
        print(__doc__.strip())
        return 0 if command in {"help", "-h", "--help"} else 2
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        print(f"Python 3.11, 3.12 or 3.13 is needed; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    try:
        return jobs[command](arguments)
    except subprocess.CalledProcessError as error:
        print(f"This step failed: {' '.join(map(str, error.cmd))}", file=sys.stderr)
        return 1


def run(arguments: list[str]) -> int:
    """Plan the sample shop's next month, print it, then serve it as a page unless told `--once`."""
    set_up(RUN_LOCK)
    once = "--once" in arguments
    planned = call("-m", "app.cli", "demo")
    if planned or once:
        return planned
    return call("-m", "app.cli", "serve", "--open", *arguments)


def serve(arguments: list[str]) -> int:
    """Serve pages and API, and say where."""
    set_up(RUN_LOCK)
    return call("-m", "app.cli", "serve", *arguments)


def test(arguments: list[str]) -> int:
    """Run every check; with arguments, only the tests they choose."""
    set_up(TEST_LOCK)
    find_system_packages()
    if arguments:
        return call("-m", "pytest", *arguments)
    checks = {
        "ruff": ["-m", "ruff", "check", "."],
        "format": ["-m", "ruff", "format", "--check", "."],
        "mypy": ["-m", "mypy"],
        "import contracts": ["-c", "from importlinter.cli import lint_imports_command as lint; lint()"],
        "tests": ["-m", "pytest", *SIDE_BY_SIDE],
    }
    failed = []
    for name, check in checks.items():
        print(f"== {name}", flush=True)
        if call(*check):
            failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed", flush=True)
    return 1 if failed else 0


def bench(arguments: list[str]) -> int:
    """Run the benchmarks: all of them, or those named."""
    set_up(TEST_LOCK)
    return call("-m", "benchmarks", *arguments)


def lock(_: list[str]) -> int:
    """Write both locks: universal over the supported Pythons, with hashes, without any index address."""
    for target, extra in ((RUN_LOCK, []), (TEST_LOCK, ["--extra", "dev"])):
        pin = ["uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11"]
        pin += ["--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--quiet"]
        pin += ["--output-file", target, *extra]
        subprocess.run(pin, cwd=ROOT, check=True)
    return 0


def set_up(lock_name: str) -> None:
    """Make the virtual environment and install the lock, unless that was done for this very lock."""
    wanted = hashlib.sha256((ROOT / lock_name).read_bytes() + sys.version.encode()).hexdigest()
    stamp = VENV / f"{lock_name}.installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Setting up .venv from {lock_name} (once; about a minute) …", flush=True)
    if not PYTHON.exists():
        make_environment()
    install(lock_name)
    write_command()
    stamp.write_text(wanted)


def find_system_packages() -> None:
    """What the tests drive besides Python; a missing one is named, and installed when root on Debian."""
    missing = [package for package, places in SYSTEM_PACKAGES.items() if not any(map(is_there, places))]
    if not missing:
        return
    print(f"Not installed: apt-get install {' '.join(missing)}", file=sys.stderr)
    if os.name != "nt" and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "--quiet"], check=True)
        subprocess.run(["apt-get", "install", "--yes", "--no-install-recommends", *missing], check=True)


def is_there(place: str) -> bool:
    """A command on the path, or a file by its pattern from the root."""
    return any(Path("/").glob(place[1:])) if place.startswith("/") else shutil.which(place) is not None


def make_environment() -> None:
    """An empty virtual environment; says what to install where Python came without `venv`."""
    if shutil.which("uv"):
        subprocess.run(["uv", "venv", "--quiet", "--python", sys.executable, str(VENV)], check=True)
        return
    try:
        import ensurepip  # noqa: F401  without it `venv` makes an environment without pip
    except ImportError:
        package = f"python3.{sys.version_info.minor}-venv"
        print(f"Python's venv module is missing: apt-get install {package}", file=sys.stderr)
        if os.name == "nt" or os.geteuid() != 0 or not shutil.which("apt-get"):
            raise SystemExit(1) from None
        subprocess.run(["apt-get", "install", "--yes", package], check=True)
    subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)


def install(lock_name: str) -> None:
    """The locked packages, by uv where it is present and works, otherwise by the environment's own pip."""
    what = ["--quiet", "--require-hashes", "-r", lock_name]
    if shutil.which("uv"):
        trusting = {**os.environ, "UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"}  # new name, old name
        command = ["uv", "pip", "install", "--python", str(PYTHON), *what]
        if subprocess.run(command, cwd=ROOT, env=trusting, check=False).returncode == 0:
            return
        print("uv could not install; trying pip …", flush=True)
    if subprocess.run([str(PYTHON), "-c", "import pip"], capture_output=True, check=False).returncode:
        subprocess.run([str(PYTHON), "-m", "ensurepip"], stdout=subprocess.DEVNULL, check=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    subprocess.run([*pip, *what], cwd=ROOT, check=True)


def write_command() -> None:
    """`.venv/bin/budget`, the command line from any folder; Windows calls `python -m app.cli`."""
    if os.name != "nt":
        command = VENV / "bin" / "budget"
        command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{PYTHON}" -m app.cli "$@"\n')
        command.chmod(0o755)


def call(*arguments: str) -> int:
    """Run the virtual environment's Python in the project's folder; one thread per numeric library."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        return subprocess.run([str(PYTHON), *arguments], cwd=ROOT, env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
