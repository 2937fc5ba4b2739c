"""The storefront page as tests speak of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE_SECONDS = 10


class Page:
    """Acts like a shopper and waits until the page has settled."""

    def __init__(self, driver: Chrome, base_url: str, artifacts: Path) -> None:
        self.driver = driver
        self._base_url = base_url
        self._artifacts = artifacts

    def forget(self) -> None:
        """A browser that was never here."""
        origin = {"origin": self._base_url, "storageTypes": "all"}
        self.driver.execute_cdp_cmd("Storage.clearDataForOrigin", origin)
        self.driver.get("about:blank")
        self.complaints()
        self.calls()

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def prefer(self, scheme: str) -> None:
        """``light`` or ``dark``, as the system of the shopper says."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def visit(self, **parameters: str | int) -> None:
        self.driver.get(f"{self._base_url}/shop{'?' + urlencode(parameters) if parameters else ''}")
        self.settle()

    def settle(self) -> None:
        """Until the answer of the last search is drawn."""
        self.until(lambda: self.element("#hits").get_attribute("aria-busy") == "false")

    def until(self, holds: Callable[[], Any]) -> None:
        WebDriverWait(self.driver, PATIENCE_SECONDS, poll_frequency=0.05).until(lambda _: holds())

    def element(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def elements(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        return self.script(
            "return [...document.querySelectorAll(arguments[0])].map(each => each.textContent)", selector
        )

    def script(self, text: str, *arguments: Any) -> Any:
        return self.driver.execute_script(text, *arguments)

    def click(self, selector: str) -> None:
        """Press the first such element, and wait for the search it may start."""
        self.element(selector).click()
        self.settle()

    def press(self, *keys: str) -> None:
        """Keys to whatever has the focus."""
        self.driver.switch_to.active_element.send_keys(*keys)

    def search(self, text: str) -> None:
        box = self.element("#query")
        box.clear()
        box.send_keys(text, Keys.ENTER)
        self.settle()

    def choose(self, key: str) -> None:
        """A filter, order or page by its ``data-key``."""
        self.click(f'[data-key="{key}"]')

    def offered(self, name: str) -> list[str]:
        """The values of a filter that can be seen."""
        script = "return [...document.querySelectorAll(arguments[0])].filter(each => each.checkVisibility())"
        keys = self.script(f"{script}.map(each => each.dataset.key)", f'[data-key^="{name}:"]')
        return [key.partition(":")[2] for key in keys]

    @property
    def total(self) -> int:
        return int(self.element("#total").get_attribute("textContent").replace(",", ""))

    @property
    def ids(self) -> list[str]:
        return self.script("return [...document.querySelectorAll('.card')].map(each => each.dataset.id)")

    @property
    def titles(self) -> list[str]:
        return self.texts(".card h3")

    @property
    def prices(self) -> list[float]:
        return [float(text.strip("¥").replace(",", "")) for text in self.texts(".card .price strong")]

    @property
    def address(self) -> str:
        return self.driver.current_url.removeprefix(self._base_url)

    def complaints(self) -> list[str]:
        """What the console said since it was last asked: errors, warnings, what the content policy forbade."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def calls(self) -> list[tuple[str, Any]]:
        """Path and JSON body of every request with a body since it was last asked."""
        sent = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                request = message["params"]["request"]
                if body := request.get("postData"):
                    sent.append((request["url"].removeprefix(self._base_url), json.loads(body)))
        return sent

    def screenshot(self, name: str) -> None:
        """Into ``artifacts/``, which git ignores and CI keeps."""
        self._artifacts.mkdir(exist_ok=True)
        self.driver.save_screenshot(str(self._artifacts / f"{name}.png"))
