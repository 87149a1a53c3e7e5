"""A person at a browser: acts by role and label, with the mouse or with the keyboard only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page, expect

from lideri.course.items import (
    FreeText,
    Item,
    MarkSpots,
    Match,
    MultipleChoice,
    Number,
    Order,
    ShortText,
    SingleChoice,
)

PATIENCE = 30_000  # ms; the machine may be busy


# Resolves once 300 ms went by without a change; a cell that waits for its kernel is never still.
STILL = """patience => new Promise((done, failed) => {
  const begun = performance.now();
  let changed = begun;
  const watch = new MutationObserver(() => { changed = performance.now(); });
  watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const empty = (cell) => !cell.querySelector(".jp-OutputArea-output")?.textContent.trim();
  const look = () => {
    const waiting = [...document.querySelectorAll(".cell:has(> .cell__wait)")].filter(empty).length;
    const now = performance.now();
    if (!waiting && now - changed > 300 && document.fonts.status === "loaded") { watch.disconnect(); done(); }
    else if (now - begun > patience) failed(new Error(`cells without output: ${waiting}; the page is not still`));
    else setTimeout(look, 50);
  };
  look();
})"""


class Person:
    """``keyboard``: never touch the mouse; reach everything by Tab, choose by arrows, Space and Enter."""

    def __init__(self, page: Page, base_url: str, *, keyboard: bool = False) -> None:
        self.page = page
        self.base_url = base_url
        self.keyboard = keyboard
        page.set_default_timeout(PATIENCE)
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    # ── hands ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def press(self, target: Locator) -> None:
        """Use a button or follow a link."""
        if self.keyboard:
            self.reach(target)
            self.page.keyboard.press("Enter")
        else:
            target.click()

    def tick(self, target: Locator) -> None:
        """Choose a radio button or a checkbox."""
        if not self.keyboard:
            target.check()
            return
        if target.get_attribute("type") == "radio":
            # Tab enters a group of radio buttons once; arrows move inside it.
            group = target.locator("xpath=ancestor::fieldset[1]").get_by_role("radio")
            self.reach_any(group)
            for _ in range(group.count()):
                if target.evaluate("node => node === document.activeElement"):
                    break
                self.page.keyboard.press("ArrowDown")
            if not target.is_checked():
                self.page.keyboard.press("Space")
        else:
            self.reach(target)
            if not target.is_checked():
                self.page.keyboard.press("Space")

    def write(self, target: Locator, text: str) -> None:
        if self.keyboard:
            self.reach(target)
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.insert_text(text)
        else:
            target.fill(text)

    def choose(self, target: Locator, label: str) -> None:
        """Choose in a list by the words shown."""
        if self.keyboard:
            self.reach(target)
            labels = [text.strip() for text in target.get_by_role("option").all_inner_texts()]
            for _ in range(labels.index(label)):
                self.page.keyboard.press("ArrowDown")
            expect(target.locator("option:checked")).to_have_text(label)
        else:
            target.select_option(label=label)

    def reach(self, target: Locator) -> None:
        """Press Tab until the target has the focus, going round the page once."""
        target.wait_for()
        for key in ("Tab", "Shift+Tab"):
            for _ in range(400):
                if target.evaluate("node => node === document.activeElement"):
                    return
                self.page.keyboard.press(key)
        raise AssertionError(f"Tab does not reach {target}")

    def reach_any(self, group: Locator) -> None:
        group.first.wait_for()
        for key in ("Tab", "Shift+Tab"):
            for _ in range(400):
                if any(one.evaluate("node => node === document.activeElement") for one in group.all()):
                    return
                self.page.keyboard.press(key)
        raise AssertionError("Tab does not reach the group")

    def settle(self) -> None:
        """Wait until every cell shows what its kernel made, letters have their font and nothing moves any more."""
        self.page.evaluate(STILL, PATIENCE)

    # ── ways ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def open(self, path: str) -> None:
        self.page.goto(self.base_url + path)

    def log_in(self, username: str, password: str) -> None:
        self.open("/")
        self.write(self.page.get_by_label("Lietotājvārds"), username)
        self.write(self.page.get_by_label("Parole", exact=True), password)
        self.press(self.page.get_by_role("button", name="Ieiet"))
        expect(self.page.get_by_role("link", name="Iziet")).to_be_visible(timeout=PATIENCE)

    def answer(self, item: Item, response: Mapping[str, Any]) -> None:
        """Answer an item of the assessment page."""
        begins = re.sub(r"\s+", " ", item.stem).strip()[:60]
        if isinstance(item, Number | ShortText | FreeText):
            self.write(self.page.get_by_role("textbox", name=begins), response["text"])
            return
        group = self.page.get_by_role("group").filter(has_text=begins).first
        group.scroll_into_view_if_needed()
        match item:
            case SingleChoice():
                text = next(option.text for option in item.options if option.id == response["choice"])
                self.tick(group.get_by_role("radio", name=text, exact=True))
            case MultipleChoice():
                for option in item.options:
                    if option.id in response["choices"]:
                        self.tick(group.get_by_role("checkbox", name=option.text, exact=True))
            case MarkSpots():
                for spot in item.spots:
                    if spot.id in response["marked"]:
                        self.press(group.get_by_role("button", name=spot.text, exact=True))
            case Match():
                texts = {piece.id: piece.text for piece in (*item.left, *item.right)}
                for left, right in response["pairs"].items():
                    self.choose(group.get_by_label(texts[left], exact=True), texts[right])
            case Order():
                self._order(item, group, list(response["order"]))

    def _order(self, item: Order, group: Locator, wanted: list[str]) -> None:
        texts = {piece.id: piece.text for piece in item.pieces}
        for place, name in enumerate(wanted):
            up = group.get_by_role("button", name=f"{texts[name]}: augstāk", exact=True)
            for _ in range(len(wanted)):
                now = [text.split("\n")[0].strip() for text in group.locator("ol > li").all_inner_texts()]
                if now.index(texts[name]) <= place:
                    break
                self.press(up)
        confirm = group.get_by_role("button", name="Šī secība ir pareiza")
        if confirm.is_visible():
            self.press(confirm)


def right_answer(item: Item) -> dict[str, Any]:
    """What earns full marks, as the page would send it."""
    match item:
        case SingleChoice():
            return {"choice": item.key}
        case MultipleChoice():
            return {"choices": list(item.key)}
        case MarkSpots():
            return {"marked": list(item.key)}
        case Match():
            return {"pairs": dict(item.key)}
        case Order():
            return {"order": [name for group in item.key for name in group]}
        case Number():
            return {"text": f"{item.key:g}".replace(".", ",")}
        case ShortText():
            return {"text": item.accept[0]}
        case FreeText():
            return {"text": "Vispirms kopā piezvanīsim jūsu bankai. Jūs runāsiet, es palīdzēšu. <b>Tad</b> policija."}
