"""Two people who walk every journey: one on a phone without JavaScript, one with the keyboard alone.

A journey is a test that takes `walk`: it is described once, in the words of the page, and runs with both.
Controls are found by their accessible name, so that a missing label ends the journey.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from playwright.sync_api import Locator, Page, Response, expect

if TYPE_CHECKING:
    from tests.e2e.conftest import Visit

Name = str | re.Pattern[str]
PATIENCE_MS = 10_000
COMPUTING_MS = 180_000  # some answers take a few seconds on a quiet machine
MOST_STOPS = 250
STUCK_AFTER = 6  # a field of a date has a handful of stops of its own

LOOK_AROUND = Path(__file__).with_name("look_around.js").read_text(encoding="utf-8")


class Walker(ABC):
    """Somebody who uses the pages; the two kinds differ in how they get to a control and use it."""

    window: ClassVar[dict[str, Any]] = {}
    takes_first = False

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.page: Page = visit.page
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.set_default_navigation_timeout(COMPUTING_MS)

    def pick(self, first: Any, second: Any) -> Any:
        """What one of the two walks takes and what the other takes, where each needs something of its own."""
        return first if self.takes_first else second

    @abstractmethod
    def check(self) -> None:
        """The page as it is now is clean: axe, width, no complaint of the browser."""

    def open(self, path: str) -> None:
        """Type an address."""
        self.visit.open(path)

    def follow(self, name: Name) -> None:
        """Follow a link to another page, or to another place on this one."""
        self._leave_by(self._find_role("link", name))

    def press(self, name: Name) -> None:
        """Press a button that sends a form."""
        self._leave_by(self._find_role("button", name))

    def download(self, name: Name) -> Path:
        """Follow a link to a file; gives the file."""
        link = self._find_role("link", name)
        self._reach(link)
        with self.page.expect_download() as expected:
            self._press(link)
        return expected.value.path()

    def open_file(self, name: Name) -> Response:
        """Follow a link to a file that the browser shows by its own means; gives the answer."""
        link = self._find_role("link", name)
        self._reach(link)
        with self.page.expect_response(re.compile(link.get_attribute("href") or "")) as expected:
            self._press(link)
        return expected.value

    def unfold(self, name: str) -> None:
        """Open a fold; one that the window shows open anyhow stays as it is."""
        summary = self.page.locator("summary", has_text=name).first
        if summary.is_visible() and summary.locator("xpath=..").get_attribute("open") is None:
            self._reach(summary)
            self._press(summary)

    def fill(self, label: Name, text: str) -> None:
        """Write into a field, in place of what stands there."""
        self._write(self._find_label(label), text)

    def choose(self, label: Name, option: str) -> None:
        """Choose an option of a list by its words."""
        field = self._find_label(label)
        options = field.evaluate("select => [...select.options].map(option => option.label)")
        assert option in options, f"{label} offers {options}"
        self._select(field, options.index(option))

    def tick(self, label: Name) -> None:
        """Tick a box or choose one of several answers."""
        self._tick(self._find_label(label))

    def attach(self, label: Name, file: Path) -> None:
        """Choose a file."""
        self._attach(self._find_label(label), file)

    def see(self, text: Name) -> None:
        """Expect words on the page."""
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()

    def see_heading(self, text: Name) -> None:
        """Expect the heading of the page."""
        expect(self.page.locator("h1")).to_contain_text(text)

    def _find_role(self, role: Any, name: Name) -> Locator:
        exact = self.page.get_by_role(role, name=name, exact=True)
        return (exact if exact.count() else self.page.get_by_role(role, name=name)).first

    def _find_label(self, label: Name) -> Locator:
        exact = self.page.get_by_label(label, exact=True)
        return (exact if exact.count() else self.page.get_by_label(label)).first

    def _leave_by(self, control: Locator) -> None:
        self._reach(control)
        with self.page.expect_navigation():
            self._press(control)

    @abstractmethod
    def _reach(self, target: Locator) -> None:
        """Get to a control, if that takes anything."""

    @abstractmethod
    def _press(self, target: Locator) -> None:
        """Use a link or a button."""

    @abstractmethod
    def _write(self, target: Locator, text: str) -> None:
        """Put text into a field."""

    @abstractmethod
    def _select(self, target: Locator, place: int) -> None:
        """Take the entry of a list at this place."""

    @abstractmethod
    def _tick(self, target: Locator) -> None:
        """Tick a box or take a choice."""

    @abstractmethod
    def _attach(self, target: Locator, file: Path) -> None:
        """Give a file."""


class WithoutScript(Walker):
    """On a small phone in the dark, JavaScript switched off."""

    window: ClassVar[dict[str, Any]] = {"width": 320, "height": 640, "scheme": "dark", "script": False}
    takes_first = True

    def check(self) -> None:
        """Nothing: axe needs script. The walker with the keyboard looks at the same pages."""

    def _reach(self, target: Locator) -> None:
        """Nothing: a finger is there at once."""

    def _press(self, target: Locator) -> None:
        target.click()

    def _write(self, target: Locator, text: str) -> None:
        target.fill(text)

    def _select(self, target: Locator, place: int) -> None:
        target.select_option(index=place)

    def _tick(self, target: Locator) -> None:
        target.check()

    def _attach(self, target: Locator, file: Path) -> None:
        target.set_input_files(file)


class WithKeyboard(Walker):
    """At a desk without a mouse: Tab, arrows, Enter and Space; every stop on the way has to be seen."""

    window: ClassVar[dict[str, Any]] = {"width": 1280, "height": 720}

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        # Somebody has to listen from the start: the browser's own window for files would stay in front.
        self.page.on("filechooser", lambda _chooser: None)

    def check(self) -> None:
        self.visit.check_everywhere()
        self.page.set_viewport_size({"width": self.window["width"], "height": self.window["height"]})

    def _reach(self, target: Locator) -> None:
        """Press keys until the target has the focus; forwards or backwards, whichever leads there."""
        handle = target.element_handle()
        stops: list[str] = []
        stays = 0
        for _stop in range(MOST_STOPS):
            stop = self.page.evaluate(LOOK_AROUND, handle)
            assert not stop["faults"], f"{self.page.url}: {stop['name']} {', '.join(stop['faults'])}"
            if not stop["key"]:
                return
            stays = stays + 1 if stop["isSame"] else 0
            assert stays < STUCK_AFTER, f"{self.page.url}: the focus is trapped at {stop['name']}"
            stops.append(stop["name"])
            self.page.keyboard.press(stop["key"])
        raise AssertionError(f"{self.page.url}: no key leads to {target}; the last stops: {stops[-20:]}")

    def _press(self, target: Locator) -> None:
        self.page.keyboard.press("Enter")

    def _write(self, target: Locator, text: str) -> None:
        self._reach(target)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)

    def _select(self, target: Locator, place: int) -> None:
        self._reach(target)
        ahead = place - target.evaluate("select => select.selectedIndex")
        for _option in range(abs(ahead)):
            self.page.keyboard.press("ArrowDown" if ahead > 0 else "ArrowUp")
        assert target.evaluate("select => select.selectedIndex") == place

    def _tick(self, target: Locator) -> None:
        self._reach(target)
        if not target.is_checked():
            self.page.keyboard.press("Space")
        expect(target).to_be_checked()

    def _attach(self, target: Locator, file: Path) -> None:
        self._reach(target)
        with self.page.expect_file_chooser() as expected:
            self.page.keyboard.press("Enter")
        expected.value.set_files(file)


WALKERS = {"without script": WithoutScript, "by keyboard": WithKeyboard}
