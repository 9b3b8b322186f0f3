"""The console in a real browser: nothing is refused by the policy, and the key words can be seen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def browser(chromium: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = chromium[0]
    for argument in (
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage", "--window-size=1400,1000",
        f"--user-data-dir={tmp_path_factory.mktemp('chromium')}",
    ):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    made = webdriver.Chrome(options=options, service=Service(chromium[1]))
    yield made
    made.quit()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", ["待确认预警", "信息走势", "按镇街", "橙色·重大"]),
        ("/search?q=停水&period=all", ["停水", "渠道", "导出 CSV"]),
        ("/events", ["槐香里小区一楼污水逢雨倒灌"]),
        ("/alerts", ["确认时限"]),
        ("/tickets", ["承办单位"]),
        ("/health", ["采集来源", "运行记录"]),
    ],
)
def test_pages_look_right_and_raise_no_errors(
    browser: Any, address: str, tmp_path: Path, path: str, words: list[str]
) -> None:
    browser.get(address + path)
    text = browser.find_element("tag name", "body").text
    for word in words:
        assert word in text
    faults = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert faults == []
    picture = tmp_path / "page.png"
    assert browser.save_screenshot(str(picture))
    assert picture.stat().st_size > 20_000


def test_slash_goes_to_the_query(browser: Any, address: str) -> None:
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.expected_conditions import url_contains
    from selenium.webdriver.support.wait import WebDriverWait

    browser.get(address + "/search")
    browser.find_element("tag name", "body").send_keys("/")
    focused = browser.switch_to.active_element
    assert focused.get_attribute("name") == "q"
    focused.send_keys("停水", Keys.ENTER)
    # Enter only starts the way to the next page: the address changes when the answer has come
    assert WebDriverWait(browser, 20).until(url_contains("q=%E5%81%9C%E6%B0%B4"))


def test_suggestions_open_under_the_query_and_are_taken(browser: Any, address: str) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.wait import WebDriverWait

    browser.get(address + "/search?period=all")
    query = browser.find_element(By.CSS_SELECTOR, ".ask .query")
    query.send_keys("停水 and 情感:负")

    def first(driver: Any) -> bool:
        rows = driver.find_elements(By.CSS_SELECTOR, ".suggestions [role=option]")
        return bool(rows) and rows[0].text.startswith("负面")

    assert WebDriverWait(browser, 20).until(first)
    query.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    assert query.get_attribute("value") == "停水 and 情感:负面"
    assert "q=" not in browser.current_url
    faults = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert faults == []


def test_a_phone_needs_no_sideways_scrolling(browser: Any, address: str) -> None:
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True},
    )
    for path in ("/", "/search?q=停水&period=all", "/events", "/tickets"):
        browser.get(address + path)
        wide = browser.execute_script("return document.documentElement.scrollWidth")
        assert wide <= 391, path
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
