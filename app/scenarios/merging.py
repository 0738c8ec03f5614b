"""A request with changes: what was asked for, but for the fields that a scenario names."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from app.optimize.known import PAST
from app.optimize.schemas import PlanRequest

KEYS = {"channels": "id", "groups": "name"}  # lists whose members are changed by name
WHOLE = {"curve"}  # what is replaced as one


def merged(base: PlanRequest, changes: BaseModel) -> dict[str, Any]:
    """The changed request, not yet checked; the base's rows of the past are not read again."""
    plain = base.model_dump(mode="json", exclude_unset=True, exclude=PAST)
    plain |= {name: getattr(base, name) for name in PAST & base.model_fields_set}
    change = changes.model_dump(mode="json", exclude_unset=True)
    lists = {
        field: _joined(plain.get(field, []), change[field], KEYS[field]) for field in KEYS if field in change
    }
    return _patched(plain, change) | lists


def place_of(path: tuple[str | int, ...], changes: BaseModel) -> tuple[str | int, ...]:
    """Where in the changes stands what a fault in the changed request is about; as near as there is."""
    given = changes.model_dump(mode="json", exclude_unset=True)
    if not path or path[0] not in given:
        return ()
    return path[:1] if path[0] in KEYS else path


def _patched(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """The base with each field of the change; objects field by field."""
    result = dict(base)
    for field, value in change.items():
        before = base.get(field)
        if isinstance(value, dict) and isinstance(before, dict) and field not in WHOLE:
            result[field] = _patched(before, value)
        else:
            result[field] = value
    return result


def _joined(before: list[dict[str, Any]], changed: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """Members by their key, those named in both changed field by field; new ones at the end."""
    members = {member[key]: member for member in before}
    for member in changed:
        members[member[key]] = _patched(members.get(member[key], {}), member)
    return list(members.values())
