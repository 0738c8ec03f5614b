"""The pages on which a workspace is set up, joined."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.setup import audit, channels, events, goals, imports, keys, rates, schedule, workspace

router = APIRouter()
for room in (channels, events, goals, rates, imports, schedule, workspace, keys, audit):
    router.include_router(room.router)
