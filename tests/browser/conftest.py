"""One headless Chromium and one laptop shop, with the demo's shoppers, for all tests of the page."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from infra.local.demo.seeding import seed_shoppers
from infra.local.imports import import_into
from infra.local.shop import LaptopShop
from tests.browser.page import Page

ARTIFACTS = Path(__file__).parents[2] / "artifacts"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
)


@pytest.fixture(scope="package")
def shop() -> Iterator[LaptopShop]:
    with LaptopShop() as running:
        import_into(running.services.catalog, None, Console(quiet=True))
        running.pump.drain()
        seed_shoppers(running)
        yield running


@pytest.fixture(scope="package")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not chromedriver:
        missing = "Chromium is missing (on Debian: apt install chromium chromium-driver)"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(f"this run requires a browser: {missing}", pytrace=False)
        pytest.skip(missing)
    options = ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    running = Chrome(options=options, service=Service(chromedriver))
    yield running
    running.quit()


@pytest.fixture
def page(driver: Chrome, shop: LaptopShop) -> Iterator[Page]:
    """The page on a desktop, for a guest who has never been here; whatever it did, the console must stay silent."""
    opened = Page(driver, shop.base_url, ARTIFACTS)
    opened.forget()
    opened.resize(1280, 900)
    opened.prefer("light")
    opened.visit()
    yield opened
    assert opened.complaints() == []
