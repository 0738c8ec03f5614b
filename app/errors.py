"""What only a service can lack or refuse.

    ServiceError
    ├── NotFoundError          nothing here by that name
    ├── ConflictError          at odds with what is stored
    ├── StaleError             someone else changed it in between
    ├── UnconditionalError     a change that has to name the version it changes
    ├── IdempotencyError       an Idempotency-Key that stands for something else
    ├── UnauthorizedError      no live key
    ├── ForbiddenError         a role that may not do this
    ├── TooManyError           too many attempts
    ├── UnreadableError        a body that is not JSON, or not JSON as everyone reads it
    ├── UnsupportedTypeError   a body of another type than the one asked for
    ├── TooLargeError          a body longer than this server accepts
    ├── TooSlowError           a body that did not arrive in time
    └── TooBusyError           more requests than the server works on at once

`problems.py` holds the status of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


class ServiceError(Exception):
    """Anything the service refuses by itself; the message is for the caller."""

    headers: Mapping[str, str] = MappingProxyType({})


class NotFoundError(ServiceError):
    """Nothing here by that name."""


class ConflictError(ServiceError):
    """At odds with what is stored."""


class StaleError(ServiceError):
    """Someone else changed it in between."""


class UnconditionalError(ServiceError):
    """A change that has to name, in If-Match, the version it changes."""


class IdempotencyError(ServiceError):
    """An Idempotency-Key that is none, or that was used for another request."""


class UnauthorizedError(ServiceError):
    """No key, or none that lives."""

    headers = MappingProxyType({"WWW-Authenticate": "Bearer"})


class ForbiddenError(ServiceError):
    """The key is good, and its role may not do this."""


class TooManyError(ServiceError):
    """Too many attempts; how long to wait is in `headers`."""

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.headers = MappingProxyType({"Retry-After": f"{retry_after:.0f}"})


class UnreadableError(ServiceError):
    """A body that is not JSON, or that two readers could read in two ways."""


class UnsupportedTypeError(ServiceError):
    """A body of another content type than the one asked for."""


class NotInstalledError(ServiceError):
    """Something outside Python that this needs is not on the machine."""


class TooLargeError(ServiceError):
    """A body longer than this server accepts."""


class TooSlowError(ServiceError):
    """A body that did not arrive in time."""


class TooBusyError(ServiceError):
    """More requests at once than the server works on."""
