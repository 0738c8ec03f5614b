"""Style sheet, script and Plotly: compressed once, named by their content, kept by browsers for good."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter, Request, Response

from app.errors import NotFoundError

FOLDER = Path(__file__).parent / "static"
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"
PLOTLY = "plotly.min.js"

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Asset:
    """A file as it is sent, and the letters that stand for its content."""

    plain: bytes
    packed: bytes
    digest: str
    media_type: str


@lru_cache(maxsize=32)
def asset(name: str) -> Asset:
    """A file of the pages, or Plotly from its installed package; raises `NotFoundError`."""
    path = _plotly() if name == PLOTLY else FOLDER / name
    if (path.parent != FOLDER and name != PLOTLY) or not path.is_file():
        raise NotFoundError("There is no such file.")
    plain = path.read_bytes()
    digest = hashlib.sha256(plain).hexdigest()[:12]
    return Asset(plain, gzip.compress(plain, 6, mtime=0), digest, TYPES[path.suffix])


@lru_cache(maxsize=32)
def address(name: str) -> str:
    """Where a file is found: another content is another address."""
    content = (_plotly() if name == PLOTLY else FOLDER / name).read_bytes()
    return f"/static/{hashlib.sha256(content).hexdigest()[:12]}/{name}"


@router.get("/static/{digest}/{name}")
def read(digest: str, name: str, request: Request) -> Response:
    """One file, compressed for whoever takes that."""
    found = asset(name)
    if digest != found.digest:
        raise NotFoundError("There is no such file.")
    headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(found.packed, media_type=found.media_type, headers=headers)
    return Response(found.plain, media_type=found.media_type, headers=headers)


def _plotly() -> Path:
    package = find_spec("plotly")
    assert package
    assert package.origin
    return Path(package.origin).parent / "package_data" / PLOTLY
