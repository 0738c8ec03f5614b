"""The pages on which a workspace is set up, joined."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.setup import audit, channels, events, imports, keys, schedule, workspace

router = APIRouter()
for room in (channels, events, workspace, keys, schedule, imports, audit):
    router.include_router(room.router)
