"""A shopper finds, filters, sorts and pages in a real browser; the page asks the real API of a real laptop shop."""

import re

import pytest
from selenium.webdriver import Keys
from selenium.webdriver.support.ui import Select

from infra.local.shop import LaptopShop
from tests.browser.page import Page

QUERY = "连衣裙"
PAGE_SIZE = 24


def test_what_is_typed_is_found_and_marked(page: Page) -> None:
    everything = page.total
    page.search(QUERY)
    assert 0 < page.total < everything
    assert all(QUERY in title for title in page.titles[:8])
    assert set(page.texts(".card:nth-child(-n+8) mark")) == {QUERY}
    assert page.driver.title == f"{QUERY} - 朝晖小店"
    page.screenshot("desktop-search")


def test_a_sent_link_shows_the_same(page: Page) -> None:
    page.search(QUERY)
    brand = page.offered("brand")[0]
    page.choose(f"brand:{brand}")
    page.choose("sort:price_asc")
    seen = page.ids
    page.driver.refresh()
    page.settle()
    assert page.ids == seen
    assert page.element("#query").get_attribute("value") == QUERY
    assert page.element(f'[data-key="brand:{brand}"]').is_selected()


def test_markup_in_a_query_is_text(page: Page) -> None:
    page.visit(q="<img src=x onerror=document.title=1>裙", brand="<b>无此品牌</b>")
    assert page.driver.title.startswith("<img src=x")
    assert "<b>无此品牌</b>" in page.texts("#chosen .chip")[0]


def count_at(page: Page, key: str) -> int:
    """The count beside a value of a filter."""
    script = "return document.querySelector(arguments[0]).closest('li').querySelector('em').textContent"
    return int(page.script(script, f'[data-key="{key}"]'))


def test_brands_are_alternatives_and_their_counts_are_true(page: Page) -> None:
    page.search(QUERY)
    one, other = page.offered("brand")[:2]
    first, second = count_at(page, f"brand:{one}"), count_at(page, f"brand:{other}")
    page.choose(f"brand:{one}")
    assert page.total == first
    assert all(text.startswith(one) for text in page.texts(".card .meta"))
    assert count_at(page, f"brand:{other}") == second, "the other brands are counted as if none were chosen"
    page.choose(f"brand:{other}")
    assert page.total == first + second
    assert page.texts("#chosen .chip") == [f"{one}×", f"{other}×"]
    page.click("#chosen .chip")
    assert page.total == second
    page.click("#chosen .clear")
    assert page.texts("#chosen .chip") == []


def test_a_tag_narrows(page: Page) -> None:
    page.search(QUERY)
    everything = page.total
    tag = page.offered("tags")[-1]
    page.choose(f"tags:{tag}")
    assert 0 < page.total < everything
    assert page.texts("#chosen .chip") == [f"{tag}×"]
    page.choose(f"tags:{tag}")
    assert page.total == everything


def test_a_long_list_is_short_until_asked_for(page: Page) -> None:
    few = page.offered("brand")
    page.click(".group:has([data-key^='brand:']) .more")
    assert len(page.offered("brand")) > len(few)
    page.choose(f"brand:{few[0]}")
    assert len(page.offered("brand")) > len(few), "a choice does not fold it again"


def test_categories_lead_down_and_up_again(page: Page) -> None:
    everything = page.total
    women = count_at(page, "category:女装")
    page.choose("category:女装")
    assert page.total == women
    skirts = count_at(page, "category:女装 > 裙装")
    page.choose("category:女装 > 裙装")
    page.choose("category:女装 > 裙装 > 连衣裙")
    assert page.total <= skirts
    assert count_at(page, "category:女装") == women, "the levels above keep their counts"
    page.screenshot("desktop-category")
    page.choose("category:女装 > 裙装")
    page.choose("category:女装")
    assert page.total == everything


@pytest.mark.parametrize(("low", "high"), [("100", "200"), ("200", "100"), ("１００", "200.00"), ("¥100", "200")])
def test_a_price_range_as_people_type_it(page: Page, low: str, high: str) -> None:
    page.search(QUERY)
    page.element("[name=low]").send_keys(low)
    page.element("[name=high]").send_keys(high, Keys.ENTER)
    page.until(lambda: page.texts("#chosen .chip"))
    page.settle()
    # What is no price sets no bound.
    assert page.prices
    assert max(page.prices) <= 200
    assert low.startswith("¥") or min(page.prices) >= 100


def test_a_price_band_is_one_press_and_another_press_takes_it_back(page: Page) -> None:
    page.search(QUERY)
    everything = page.total
    page.choose("band:200")
    assert all(200 <= price <= 500 for price in page.prices)
    assert page.element('[data-key="band:50"]').is_displayed(), "bands outside the chosen one stay on offer"
    page.choose("band:200")
    assert page.total == everything


@pytest.mark.parametrize(("sort", "sign"), [("price_asc", 1), ("price_desc", -1)])
def test_sorting_by_price(page: Page, sort: str, sign: int) -> None:
    page.search(QUERY)
    page.choose(f"sort:{sort}")
    assert page.prices == sorted(page.prices, key=lambda price: sign * price)
    assert page.element(f'[data-key="sort:{sort}"]').get_attribute("aria-pressed") == "true"


def test_sorting_by_sales(page: Page) -> None:
    page.search(QUERY)
    page.choose("sort:sales_desc")
    sold = [int(re.sub(r"[^0-9]", "", text)) for text in page.texts(".card .meta")]
    assert sold == sorted(sold, reverse=True)


def test_pages_hold_every_product_once_and_back_goes_back(page: Page) -> None:
    page.search(QUERY)
    total, first = page.total, page.ids
    seen = list(first)
    while page.element("#pager button:last-child").is_enabled():
        page.click("#pager button:last-child")
        seen += page.ids
    assert len(first) == PAGE_SIZE
    assert len(seen) == len(set(seen)) == total
    assert page.element("#pager [aria-current=page]").text == str(-(-total // PAGE_SIZE))
    page.screenshot("desktop-last-page")
    page.visit(q=QUERY)
    page.choose("page:2")
    page.script("history.back()")
    page.until(lambda: page.ids == first)


def test_a_filter_begins_at_the_first_page(page: Page) -> None:
    page.visit(q=QUERY, page=2)
    page.choose(f"brand:{page.offered('brand')[0]}")
    assert "page=" not in page.address
    assert page.ids


def test_the_same_words_in_each_shoppers_own_order_with_reasons(page: Page, shop: LaptopShop) -> None:
    page.search(QUERY)
    neutral = page.ids
    assert page.texts(".why") == []
    first, second = shop.page_shoppers[:2]
    orders = []
    for shopper in (first, second):
        Select(page.element("#shopper")).select_by_value(shopper["id"])
        page.until(lambda: page.ids != neutral and page.ids not in orders)
        page.settle()
        orders.append(page.ids)
        assert page.texts(".why")[0].startswith("您可能喜欢：")
    assert orders[0] != orders[1]
    page.screenshot("desktop-personal")


def test_switched_off_the_order_is_neutral_and_that_is_remembered(page: Page, shop: LaptopShop) -> None:
    page.search(QUERY)
    neutral = page.ids
    Select(page.element("#shopper")).select_by_value(shop.page_shoppers[0]["id"])
    page.until(lambda: page.ids != neutral)
    page.settle()
    page.calls()
    page.click("#neutral")
    page.until(lambda: page.ids == neutral)
    assert page.texts(".why") == []
    assert [body["requests"][0]["enablePersonalization"] for _, body in page.calls()] == [False]
    page.driver.refresh()
    page.settle()
    assert page.element("#neutral").is_selected()
    assert page.element("#shopper").get_attribute("value") == shop.page_shoppers[0]["id"]
    assert page.ids == neutral


def test_one_can_be_somebody_else(page: Page, shop: LaptopShop) -> None:
    page.search(QUERY)
    neutral = page.ids
    Select(page.element("#shopper")).select_by_visible_text("自填编号…")
    page.element("#own-id").send_keys(shop.page_shoppers[0]["id"], Keys.ENTER)
    page.until(lambda: page.ids != neutral)


def test_nothing_found_shows_ways_on(page: Page) -> None:
    page.visit(q=QUERY, min=1, max=2)
    assert page.total == 0
    assert page.element(".empty h2").text == "没有符合条件的商品"
    assert "女装" in page.texts(".empty .chip")
    page.screenshot("desktop-empty")
    page.click("#clear-filters")
    assert page.total > 0
    assert page.address == page.address.split("&")[0]


def test_a_click_is_told_with_its_query_and_position(page: Page, shop: LaptopShop) -> None:
    page.visit(q=QUERY, page=2)
    page.calls()
    # What is sold out cannot be put into the cart.
    at = page.script(
        "return [...document.querySelectorAll('.card')].findIndex(card => !card.querySelector('.picture i'))"
    )
    clicked = page.ids[at]
    page.elements(".card a")[at].click()
    assert page.element("#product").get_attribute("open") is not None
    page.screenshot("desktop-product")
    page.element("#product .main").click()
    page.press(Keys.ESCAPE)
    page.until(lambda: page.element("#product").get_attribute("open") is None)
    told = [event for path, body in page.calls() if path == "/1/events" for event in body["events"]]
    assert [event["eventType"] for event in told] == ["click", "view", "conversion"]
    assert all(event["objectIDs"] == [clicked] for event in told)
    assert told[0]["positions"] == [PAGE_SIZE + at + 1]
    assert all(re.fullmatch("[0-9a-f]{32}", event["queryID"]) for event in told)
    assert all(event["userToken"].startswith("guest-") for event in told)


def test_a_failed_search_says_so_and_can_be_repeated(page: Page) -> None:
    page.driver.execute_cdp_cmd("Network.enable", {})
    page.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/queries"]})
    page.search(QUERY)
    assert "没能完成搜索" in page.element(".trouble").text
    page.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    page.click(".trouble button")
    page.until(lambda: QUERY in page.titles[0])
    assert all("ERR_BLOCKED" in complaint for complaint in page.complaints())
