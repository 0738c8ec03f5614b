"""The pages on which a workspace is set up, joined."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.setup import channels, events, keys, workspace

router = APIRouter()
for room in (channels, events, workspace, keys):
    router.include_router(room.router)
