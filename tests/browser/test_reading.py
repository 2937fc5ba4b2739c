"""The page fits a phone and a desktop, can be read, and can be worked without a mouse."""

from pathlib import Path

import pytest
from selenium.webdriver import Keys

from infra.local.shop import LaptopShop
from tests.browser.page import Page

QUERY = "连衣裙"
LEAST_CONTRAST = 4.5
"""WCAG 2.2 AA for text of ordinary size."""
LEAST_TARGET = 24
"""WCAG 2.2 AA: pixels that a finger must be given, either way."""

HERE = Path(__file__).parent
FAINT_TEXTS, SMALL_TARGETS = ((HERE / name).read_text("utf-8") for name in ("faint_texts.js", "small_targets.js"))


@pytest.fixture
def phone(page: Page) -> Page:
    page.resize(390, 844)
    page.visit(q=QUERY)
    return page


def is_within_the_width(page: Page) -> bool:
    """Neither the page nor the sheet of a product can be moved sideways."""
    wide = "[document.documentElement, document.querySelector('#product')].every(each => each.scrollWidth <= each.clientWidth)"
    return bool(page.script(f"return {wide}"))


def show(page: Page, view: str) -> None:
    page.visit(q=QUERY, **({"min": 1, "max": 2} if view == "empty" else {"category": "女装"}))
    if view == "product":
        page.element(".card a").click()
        page.until(lambda: page.elements("#alike button"))
    # What is folded is read as well.
    page.script("document.querySelectorAll('details').forEach(each => { each.open = true; })")


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
@pytest.mark.parametrize("view", ["hits", "product", "empty"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(page: Page, shop: LaptopShop, width: int, height: int, view: str, scheme: str) -> None:
    page.resize(width, height)
    page.prefer(scheme)
    page.script("localStorage.setItem('shopper', arguments[0])", shop.page_shoppers[0]["id"])
    show(page, view)
    # What fades in or out is judged when it stands still.
    page.until(lambda: page.script("return document.getAnimations().length === 0"))
    page.screenshot(f"{'phone' if width < 600 else 'desktop'}-{scheme}-{view}")
    assert page.script(FAINT_TEXTS, LEAST_CONTRAST) == []
    assert page.script(SMALL_TARGETS, LEAST_TARGET) == []
    assert is_within_the_width(page)


def test_in_the_dark_the_page_is_dark(page: Page) -> None:
    ground = "return getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).map(Number)"
    assert min(page.script(ground)) > 200
    page.prefer("dark")
    page.until(lambda: max(page.script(ground)) < 50)


@pytest.mark.parametrize("width", [320, 360, 390, 600, 821, 1100, 1280, 1920])
def test_nothing_is_wider_than_the_window(page: Page, width: int) -> None:
    page.resize(width, 844)
    page.visit(q=QUERY, page=2)
    assert is_within_the_width(page)


def test_on_a_phone_the_filters_open_over_the_page(phone: Page) -> None:
    assert not phone.element("#filters").is_displayed()
    phone.screenshot("phone-search")
    phone.click("#filters-open")
    assert phone.element("#filters").is_displayed()
    brand = phone.offered("brand")[0]
    phone.choose(f"brand:{brand}")
    assert phone.element("#filters").is_displayed(), "one may choose more"
    assert phone.element("#filters-done").text == f"查看 {phone.total} 件商品"
    phone.screenshot("phone-filters")
    phone.click("#filters-done")
    assert not phone.element("#filters").is_displayed()
    assert phone.texts("#chosen .chip") == [f"{brand}×"]
    phone.click("#filters-open")
    phone.press(Keys.ESCAPE)
    assert not phone.element("#filters").is_displayed()


BEHIND = "return [...document.querySelectorAll('.top, #results, .foot, .skip')].map(each => each.inert)"
IN_THE_DRAWER = "return document.querySelector('#filters').contains(document.activeElement)"


def test_behind_the_open_filters_nothing_can_be_reached(phone: Page) -> None:
    phone.click("#filters-open")
    assert phone.script(BEHIND) == [True] * 4
    assert phone.element("#filters").get_attribute("aria-modal") == "true"
    for _ in range(60):
        phone.press(Keys.TAB)
        assert phone.script(f"{IN_THE_DRAWER} || document.activeElement === document.body")
    phone.press(Keys.ESCAPE)
    assert phone.script(BEHIND) == [False] * 4
    assert phone.driver.switch_to.active_element.get_attribute("id") == "filters-open"


def test_the_open_filters_keep_the_focus_when_they_are_drawn_again(phone: Page) -> None:
    phone.click("#filters-open")
    key = f"brand:{phone.offered('brand')[0]}"
    phone.script("document.querySelector(arguments[0]).focus()", f'[data-key="{key}"]')
    phone.press(Keys.SPACE)
    phone.until(lambda: phone.texts("#chosen .chip"))
    assert phone.driver.switch_to.active_element.get_attribute("data-key") == key
    phone.element("[name=low]").send_keys("1", Keys.ENTER)
    phone.until(lambda: len(phone.texts("#chosen .chip")) == 2)
    phone.settle()
    assert phone.script(IN_THE_DRAWER)


def test_the_filters_close_beside_them_and_on_a_wide_window(phone: Page) -> None:
    phone.click("#filters-open")
    phone.script("document.body.click()")
    assert not phone.element("#filters").is_displayed()
    phone.click("#filters-open")
    phone.resize(1280, 900)
    phone.until(lambda: phone.script(BEHIND) == [False] * 4)
    assert phone.element("#filters").is_displayed()


def test_on_a_phone_one_can_search_sort_page_and_look(phone: Page) -> None:
    first = phone.ids
    phone.choose("sort:price_asc")
    assert phone.prices == sorted(phone.prices)
    phone.choose("sort:")
    phone.choose("page:2")
    assert not set(first) & set(phone.ids)
    assert phone.script("return scrollY") == 0
    phone.element(".card a").click()
    assert is_within_the_width(phone)
    phone.screenshot("phone-product")
    phone.click("#product .close")
    phone.visit(q=QUERY, min=1, max=2)
    phone.screenshot("phone-empty")


def test_a_slash_goes_to_the_search_box_but_stays_a_slash_inside_it(page: Page) -> None:
    page.press("/")
    assert page.driver.switch_to.active_element.get_attribute("id") == "query"
    page.press("1/2")
    assert page.element("#query").get_attribute("value") == "1/2"
    page.press(Keys.ESCAPE, Keys.ESCAPE)
    assert page.driver.switch_to.active_element.tag_name == "body"


def test_a_choice_keeps_the_focus_where_it_was(page: Page) -> None:
    key = f"brand:{page.offered('brand')[1]}"
    page.script("document.querySelector(arguments[0]).focus()", f'[data-key="{key}"]')
    page.press(Keys.SPACE)
    page.settle()
    assert page.texts("#chosen .chip")
    assert page.driver.switch_to.active_element.get_attribute("data-key") == key


def test_the_whole_way_to_a_product_goes_by_keys(page: Page) -> None:
    page.press("/", QUERY, Keys.ENTER)
    page.until(lambda: "q=" in page.address)
    page.settle()
    page.script("document.querySelector('.card a').focus()")
    page.press(Keys.ENTER)
    assert page.element("#product").is_displayed()
    page.press(Keys.ESCAPE)
    page.until(lambda: not page.element("#product").is_displayed())
    assert page.script("return document.activeElement === document.querySelector('.card a')")


def test_what_was_found_is_said_to_who_cannot_see(page: Page) -> None:
    page.search(QUERY)
    assert page.element("#said").get_attribute("textContent") == f"找到 {page.total} 件商品，第 1 页"
