"""What only a service can lack or refuse.

    ServiceError
    ├── NotFoundError          nothing here by that name
    ├── ConflictError          at odds with what is stored
    ├── StaleError             someone else changed it in between
    ├── UnreadableError        a body that is not JSON, or not JSON as everyone reads it
    ├── UnsupportedTypeError   a body of another type than the one asked for
    ├── TooLargeError          a body longer than this server accepts
    ├── TooSlowError           a body that did not arrive in time
    └── TooBusyError           more requests than the server works on at once

`problems.py` holds the status of each.
"""

from __future__ import annotations


class ServiceError(Exception):
    """Anything the service refuses by itself; the message is for the caller."""


class NotFoundError(ServiceError):
    """Nothing here by that name."""


class ConflictError(ServiceError):
    """At odds with what is stored."""


class StaleError(ServiceError):
    """Someone else changed it in between."""


class UnreadableError(ServiceError):
    """A body that is not JSON, or that two readers could read in two ways."""


class UnsupportedTypeError(ServiceError):
    """A body of another content type than the one asked for."""


class TooLargeError(ServiceError):
    """A body longer than this server accepts."""


class TooSlowError(ServiceError):
    """A body that did not arrive in time."""


class TooBusyError(ServiceError):
    """More requests at once than the server works on."""
