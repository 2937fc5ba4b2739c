"""A product opens in a sheet: that is told as a view; the sheet says why it stood there, who else offers it, what is like it."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from selenium.webdriver import Keys
from selenium.webdriver.support.ui import Select

from infra.local.client import ShopClient
from infra.local.shop import LaptopShop
from tests.browser.page import Page

QUERY = "连衣裙"
OFFERED = "九珠翡冷翠手冲壶"
OFFERS = {"kettle-a": 18_800, "kettle-b": 19_500, "kettle-c": 19_900}


@pytest.fixture
def office(shop: LaptopShop) -> ShopClient:
    return ShopClient(shop.base_url, shop.keys.admin)


@pytest.fixture
def kettles(shop: LaptopShop, office: ShopClient) -> Iterator[None]:
    """One item listed three times, gone afterwards: others count the shop's products."""
    for number, (product_id, price) in enumerate(OFFERS.items()):
        office.call("PUT", f"/v1/products/{product_id}", kettle(product_id, price, number))
    shop.pump.drain()
    yield
    for product_id in OFFERS:
        office.call("DELETE", f"/v1/products/{product_id}")
    shop.pump.drain()


def kettle(product_id: str, price: int, number: int) -> dict[str, Any]:
    return {
        "title": f"{OFFERED} 600ml",
        "price": price,
        "brand": "九珠",
        "category": ["家居", "厨具", "手冲壶"],
        "stock": 0 if product_id == "kettle-c" else 5,
        "sales_30d": 30 - number,
        "url": f"https://shop.example.com/products/{product_id}",
    }


def open_first(page: Page) -> str:
    opened: str = page.ids[0]
    page.element(".card a").click()
    page.until(lambda: page.element("#product").get_attribute("open") is not None)
    return opened


def views_of(office: ShopClient, shopper: str) -> int:
    return int(office.call("GET", f"/v1/profiles/{shopper}")["counters"]["views"])


def test_an_opened_product_is_a_view_in_the_shoppers_profile(page: Page, shop: LaptopShop, office: ShopClient) -> None:
    shopper = shop.page_shoppers[0]["id"]
    Select(page.element("#shopper")).select_by_value(shopper)
    page.search(QUERY)
    before = views_of(office, shopper)
    page.calls()
    opened = open_first(page)

    def viewed_once_more() -> bool:
        shop.pump.drain()
        return views_of(office, shopper) == before + 1

    page.until(viewed_once_more)
    (told,) = [body["events"] for path, body in page.calls() if path == "/1/events"]
    assert [(event["eventType"], event["objectIDs"]) for event in told] == [("click", [opened]), ("view", [opened])]
    assert {event["userToken"] for event in told} == {shopper}


def test_switched_off_a_view_is_nobodys(page: Page, shop: LaptopShop, office: ShopClient) -> None:
    shopper = shop.page_shoppers[0]["id"]
    Select(page.element("#shopper")).select_by_value(shopper)
    page.click("#neutral")
    page.calls()
    before = views_of(office, shopper)
    open_first(page)
    (told,) = [body["events"] for path, body in page.calls() if path == "/1/events"]
    assert all(event["userToken"].startswith("guest-") for event in told)
    shop.pump.drain()
    assert views_of(office, shopper) == before


def test_why_a_product_stands_where_it_stands(page: Page, shop: LaptopShop) -> None:
    page.search(QUERY)
    page.element(".card .ranking summary").click()
    said = page.element(".card .ranking").text
    assert re.search(r"总分 \d+\.\d\d", said)
    assert "个人偏好 ×1.000\n没有说是谁在看" in said
    Select(page.element("#shopper")).select_by_value(shop.page_shoppers[0]["id"])
    page.until(lambda: page.texts(".why"))
    page.element(".card .ranking summary").click()
    said = page.element(".card .ranking").text
    assert re.search(r"个人偏好 ×1\.\d\d\n(分类|品牌|标签|价格带|尺码) .+ \+0\.\d\d", said)
    page.screenshot("desktop-why")
    open_first(page)
    page.element("#product .ranking summary").click()
    assert page.element("#product .ranking").text == said
    page.press(Keys.ESCAPE)
    page.choose("sort:price_asc")
    page.element(".card .ranking summary").click()
    assert "按价格从低到高" in page.element(".card .ranking").text


def test_the_sheet_lists_the_other_offers_of_the_item(page: Page, kettles: None) -> None:
    page.search(OFFERED)
    assert page.texts(".card .offers") == ["另有 2 个报价"]
    assert open_first(page) == "kettle-a"
    assert page.element(".others h3").text == "其他报价（2）"
    assert [text.split("\n") for text in (each.text for each in page.elements(".others li"))] == [
        ["¥195", "有货", "kettle-b"],
        ["¥199", "已售罄", "kettle-c"],
    ]
    page.screenshot("desktop-offers")
    page.script(
        "addEventListener('click', event => { window.followed = !event.defaultPrevented; event.preventDefault(); })"
    )
    page.element(".others a").click()
    assert page.script("return window.followed")


def test_products_like_it_lead_on(page: Page) -> None:
    page.search(QUERY)
    opened = open_first(page)
    page.until(lambda: page.elements("#alike button"))
    others = page.script("return [...document.querySelectorAll('#alike button')].map(each => each.dataset.id)")
    assert len(others) == len(set(others)) > 1
    assert opened not in others
    page.screenshot("desktop-alike")
    page.calls()
    title = page.texts("#alike button > span")[0]
    page.element("#alike button").click()
    page.until(lambda: page.texts("#product-title") == [title])
    told = []
    deadline = time.monotonic() + 5
    while not told and time.monotonic() < deadline:
        told = [event for path, body in page.calls() if path == "/1/events" for event in body["events"]]
    assert [(event["eventType"], event["objectIDs"]) for event in told] == [("view", [others[0]])]
    assert "queryID" not in told[0], "the query found something else"
    page.press(Keys.ESCAPE)
    page.until(lambda: not page.element("#product").is_displayed())
