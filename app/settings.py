"""Every environment variable the service reads: typed, defaulted, described."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read once at start, from variables named BUDGET_… in the environment."""

    model_config = SettingsConfigDict(env_prefix="BUDGET_", extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the server listens on.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least important log lines that are written."
    )
    max_body_bytes: int = Field(
        16 * 1024 * 1024, ge=1024, description="Largest request body; a larger one is answered 413."
    )
    body_seconds: float = Field(
        30.0, gt=0, description="Longest wait for a request body to arrive; then the answer is 408."
    )
    max_requests: int = Field(
        64, ge=1, description="Requests worked on or waiting at once; one more is answered 503."
    )
    threads: int = Field(2, ge=1, le=64, description="Plans computed at once by one server process.")
    database_url: str = Field(
        "sqlite:///budget.sqlite3",
        description="Where the monthly cycle is kept: a SQLite file, or postgresql://user@host/name.",
    )
    key_secret: str = Field(
        "", description="Secret that API keys are hashed with; changing it ends every key.", repr=False
    )
    failed_keys: int = Field(
        10, ge=1, description="Failed keys of one address in a minute; further ones are answered 429."
    )
    sign_in_hours: float = Field(12.0, gt=0, le=24 * 31, description="How long a sign-in to the pages lasts.")
    tick_seconds: float = Field(
        60.0, ge=0, description="How often the server looks for months that are due; 0: never, cron does."
    )
    private_webhooks: bool = Field(
        False, description="Whether webhooks may go to addresses that are not on the public internet."
    )
