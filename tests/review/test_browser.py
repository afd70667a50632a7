"""A reviewer's real browser: open, correct, add by selecting words, reload, accept, train on it, see the change."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the extra `review` is not installed")
pytest.importorskip("selenium", reason="Selenium is not installed")

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from nlp_coder.bill.rulebook import load_rulebook
from nlp_coder.learn.labels import read_labels

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no Chromium with its chromedriver on this computer"),
]
TEXT = (
    "PT 😀, Medicare.\r\nTherapeutic exercise 24 min: quad sets 3x10, straight leg raises 2x10.\r\n"
    "Wobbleflix drill 15 min for balance.\r\nNext visit: step-ups."
)


@pytest.fixture
def page(command: tuple[str, ...], tmp_path: Path) -> Iterator[str]:
    """The address that `nlp-coder review` prints."""
    notes = [{"id": "v1", "text": TEXT, "date_of_service": "2026-06-15"}, {"id": "v2", "text": "Gait training 15 min."}]
    (tmp_path / "notes.jsonl").write_text("".join(json.dumps(n) + "\n" for n in notes))
    words = [*command, "review", "notes.jsonl", "--store", "labels.jsonl", "--reviewer", "ann"]
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), process.stderr.read()
        yield address
        process.terminate()
        said = process.communicate(timeout=20)
        token = address.split("/")[3]
        assert not [s for s in said if token in s or "quad sets" in s]


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    """Chromium without a window."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for word in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--window-size=1280,900",
        f"--user-data-dir={tmp_path / 'profile'}",
    ):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.set_page_load_timeout(60)
    yield driver
    driver.quit()


SELECT = """
const [words] = arguments, text = document.getElementById('text');
const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
const nodes = []; let whole = '';
while (walker.nextNode()) { if (walker.currentNode.parentElement.closest('[data-skip]')) continue;
  nodes.push([walker.currentNode, whole.length]); whole += walker.currentNode.data; }
const at = whole.indexOf(words), end = at + words.length, range = document.createRange();
for (const [node, begin] of nodes) {
  if (begin <= at && at < begin + node.data.length) range.setStart(node, at - begin);
  if (begin < end && end <= begin + node.data.length) range.setEnd(node, end - begin);
}
const selection = window.getSelection(); selection.removeAllRanges(); selection.addRange(range);
"""


def click(browser: Any, element: Any) -> None:
    """Click what leads to another page, and wait for that page."""
    old = browser.find_element(By.TAG_NAME, "html")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()
    _loaded(browser, old)


def press(browser: Any, key: str) -> None:
    old = browser.find_element(By.TAG_NAME, "html")
    browser.find_element(By.TAG_NAME, "body").send_keys(key)
    _loaded(browser, old)


def _loaded(browser: Any, old: Any) -> None:
    from selenium.common.exceptions import StaleElementReferenceException

    def gone(_: Any) -> bool:
        try:
            return not old.is_enabled()
        except StaleElementReferenceException:
            return True

    WebDriverWait(browser, 30).until(gone)
    WebDriverWait(browser, 30).until(lambda b: b.execute_script("return document.readyState") == "complete")


def units(browser: Any) -> dict[str, str]:
    return {
        row.get_attribute("data-line"): row.find_element(By.CLASS_NAME, "units").text
        for row in browser.find_elements(By.CSS_SELECTOR, "tr[data-line]")
    }


def card(browser: Any, words: str) -> Any:
    return next(
        c for c in browser.find_elements(By.CLASS_NAME, "activity") if words in c.find_element(By.TAG_NAME, "h3").text
    )


def test_open_correct_reload_accept(page: str, browser: Any, tmp_path: Path) -> None:
    browser.get(page)
    click(browser, browser.find_element(By.LINK_TEXT, "v1"))
    # whatever the model finds of the made-up drill goes, so that it is the reviewer who adds it
    for found in [c.find_element(By.TAG_NAME, "h3").text for c in browser.find_elements(By.CLASS_NAME, "activity")]:
        if "drill" in found or "Wobbleflix" in found:
            gone = next(
                c
                for c in browser.find_elements(By.CLASS_NAME, "activity")
                if c.find_element(By.TAG_NAME, "h3").text == found
            )
            click(browser, gone.find_element(By.CSS_SELECTOR, "button[value=delete]"))
    browser.execute_script(SELECT, "Wobbleflix drill")
    WebDriverWait(browser, 10).until(lambda b: b.find_element(By.ID, "add-start").get_attribute("value"))
    start = TEXT.index("Wobbleflix drill")
    assert browser.find_element(By.ID, "add-start").get_attribute("value") == str(start)
    assert browser.find_element(By.ID, "add-end").get_attribute("value") == str(start + len("Wobbleflix drill"))
    browser.find_element(By.TAG_NAME, "body").send_keys("n")
    assert browser.switch_to.active_element.get_attribute("id") == "add-code"
    browser.switch_to.active_element.send_keys("97112")
    click(browser, browser.find_element(By.CSS_SELECTOR, "button[value=add]"))
    assert units(browser)["97112"] == "1"
    # a status is corrected, and the units follow
    mine = card(browser, "Wobbleflix drill")
    Select(mine.find_element(By.NAME, "status")).select_by_value("declined")
    click(browser, mine.find_element(By.CSS_SELECTOR, "button[value=edit]"))
    assert "97112" not in units(browser)
    press(browser, "u")
    assert units(browser)["97112"] == "1"
    browser.refresh()
    assert units(browser)["97112"] == "1" and "set by a reviewer" in card(browser, "Wobbleflix").text
    press(browser, "a")
    assert browser.find_element(By.TAG_NAME, "h1").text.startswith("v2")
    labels = read_labels([tmp_path / "labels.jsonl"], frozenset(load_rulebook().codes))
    assert [(a["quote"], a["code"]) for a in labels[0]["activities"] if a["code"] == "97112"] == [
        ("Wobbleflix drill", "97112")
    ]
    assert [e for e in browser.get_log("browser") if e["level"] == "SEVERE" and "favicon" not in e["message"]] == []


def test_keys_reasons_and_large_print(page: str, browser: Any) -> None:
    browser.get(page)
    browser.find_element(By.TAG_NAME, "body").send_keys("j")
    assert browser.switch_to.active_element.get_attribute("class") == "row"
    click(browser, browser.find_element(By.LINK_TEXT, "v1"))
    for key, wanted in (("j", "e1"), ("j", "e2"), ("k", "e1")):
        browser.switch_to.active_element.send_keys(key)
        assert browser.switch_to.active_element.get_attribute("id") == wanted
    why = browser.find_element(By.CSS_SELECTOR, "a.why")
    browser.execute_script("for (const d of document.querySelectorAll('details')) d.open = true")
    words = why.text.strip("“”")
    why.send_keys(Keys.ENTER)
    WebDriverWait(browser, 10).until(lambda b: b.find_elements(By.CLASS_NAME, "shown"))
    assert "".join(e.text for e in browser.find_elements(By.CLASS_NAME, "shown")).strip() in words
    # 200 %: half the width in CSS pixels, nothing to scroll sideways, no control cut off
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 640, "height": 450, "deviceScaleFactor": 2, "mobile": False}
    )
    time.sleep(0.3)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 640
