"""A real Chromium, as the tests and the screenshots start it, and a person in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 30_000  # a busy machine is slow, not wrong
A_LOOK_MS = 100
SCRIPT = "text/javascript"
IDLE_PLOTLY = "window.Plotly = {newPlot: () => new Promise(() => {})}"
LOCALES = {"en": "en-GB", "zh": "zh-CN"}


def fits(page: Page) -> None:
    """What is shown is no wider than the window once its pictures are drawn.

    It is asked anew from here: what a page itself would wait on, its policy refuses to evaluate.
    """
    for _ in range(PATIENCE_MS // A_LOOK_MS):
        if page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            return
        page.wait_for_timeout(A_LOOK_MS)
    raise AssertionError(f"{page.url} is wider than the window")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser with a profile of its own; it ends with the block."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Someone with a browser of their own, and whatever went wrong before their eyes."""

    context: BrowserContext
    origin: str
    complaints: list[str] = field(default_factory=list)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.new_page()
        self.page.on("console", lambda said: self._note(said.type, said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.context.on("request", self._check)

    def open(self, path: str) -> Page:
        """Go to a page of the service."""
        self.page.goto(self.origin + path)
        return self.page

    def sign_in(self, key: str, then: str = "/plans") -> Page:
        """Sign in by the form."""
        page = self.open(f"/sign-in?next={quote(then)}")
        page.locator("[name=key]").fill(key)
        page.locator("main button").click()
        return page

    def _note(self, kind: str, text: str) -> None:
        if kind == "error" and "the server responded with a status of 4" not in text:
            self.complaints.append(text)

    def _check(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme != "data" and f"{asked.scheme}://{asked.netloc}" != self.origin:
            self.complaints.append(f"asked another origin: {request.url}")


@contextmanager
def visitor(
    browser: Browser,
    origin: str,
    language: str = "en",
    *,
    width: int = 1440,
    with_scripts: bool = True,
    scheme: str = "light",
    draws: bool = False,
) -> Iterator[Visitor]:
    """A visitor with a fresh browser profile; without `draws` pictures stay as they are first sent.

    Plotly is large: a browser works for a second on it, on every page.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        locale=LOCALES[language],
        java_script_enabled=with_scripts,
        color_scheme="dark" if scheme == "dark" else "light",
    )
    if not draws:
        context.route("**/plotly.min.js", lambda route: route.fulfill(content_type=SCRIPT, body=IDLE_PLOTLY))
    yield Visitor(context, origin)
    context.close()
