"""Lists of values: a search inside a long one, and the attributes that the products themselves bring along."""

from selenium.webdriver import Keys

from tests.browser.page import Page
from tests.browser.test_shopping import QUERY, count_at

COLOUR = "attributes.颜色"


def test_a_value_that_is_not_shown_is_found_inside_its_list(page: Page) -> None:
    shown = page.offered("brand")
    every = [
        key.partition(":")[2]
        for key in page.script(
            "return [...document.querySelectorAll('[data-key^=\"brand:\"]')].map(each => each.dataset.key)"
        )
    ]
    hidden = next(brand for brand in every if brand not in shown)
    count = count_at(page, f"brand:{hidden}")
    page.element('[data-key="find:brand"]').send_keys(hidden)
    page.until(lambda: page.offered("brand") == [hidden])
    assert page.texts(".list mark")[0] == hidden
    page.screenshot("desktop-find-brand")
    page.choose(f"brand:{hidden}")
    assert page.total == count
    assert page.texts("#chosen .chip") == [f"{hidden}×"]
    assert page.offered("brand")[: len(shown)] != [hidden], "the list is whole again"


def test_a_search_inside_a_list_counts_within_the_other_filters(page: Page) -> None:
    tag = page.offered("tags")[0]
    page.choose(f"tags:{tag}")
    brand = page.offered("brand")[-1]
    expected = count_at(page, f"brand:{brand}")
    page.calls()
    page.element('[data-key="find:brand"]').send_keys(brand)
    page.until(lambda: page.offered("brand") == [brand])
    assert count_at(page, f"brand:{brand}") == expected
    path, asked = page.calls()[-1]
    assert path == "/1/indexes/products/facets/brand/query"
    assert asked["facetFilters"] == [[f"tags:{tag}"]]


def test_nothing_found_inside_a_list_says_so_and_emptied_it_is_whole(page: Page) -> None:
    shown = page.offered("brand")
    box = page.element('[data-key="find:brand"]')
    box.send_keys("<b>无此")
    page.until(lambda: page.texts(".list .none") == ["没有找到“<b>无此”"])
    box.send_keys(Keys.ESCAPE)
    page.until(lambda: page.offered("brand") == shown)


def test_colours_and_sizes_of_variants_are_filters(page: Page) -> None:
    page.search(QUERY)
    everything = page.total
    one, other = page.offered(COLOUR)[:2]
    assert page.texts("details.group h3")[:2] == ["颜色", "尺码"]
    count, second = count_at(page, f"{COLOUR}:{one}"), count_at(page, f"{COLOUR}:{other}")
    page.choose(f"{COLOUR}:{one}")
    assert page.total == count < everything
    assert count_at(page, f"{COLOUR}:{other}") == second, "counted as if no colour were chosen"
    page.screenshot("desktop-attributes")
    seen = page.ids
    page.driver.refresh()
    page.settle()
    assert page.ids == seen
    assert page.texts("#chosen .chip") == [f"{one}×"]
    page.choose(f"{COLOUR}:{other}")
    assert max(count, second) <= page.total <= count + second
    size = page.offered("attributes.尺码")[0]
    both = page.total
    page.choose(f"attributes.尺码:{size}")
    assert 0 < page.total <= both
    page.click("#chosen .clear")
    assert page.total == everything
    assert page.texts("#chosen .chip") == []


def test_the_attributes_are_counted_in_the_same_call_once_they_are_known(page: Page) -> None:
    page.search(QUERY)
    page.calls()
    colour = page.offered(COLOUR)[0]
    page.choose(f"{COLOUR}:{colour}")
    (call,) = [body["requests"] for path, body in page.calls() if path.endswith("/queries")]
    assert COLOUR in call[0]["facets"]
    assert [each["facets"] for each in call[1:]] == [COLOUR]


def test_a_list_that_was_folded_stays_folded(page: Page) -> None:
    page.search(QUERY)
    assert page.offered(COLOUR)
    page.element('[data-key="fold:颜色"]').click()
    page.until(lambda: not page.offered(COLOUR))
    page.choose(f"tags:{page.offered('tags')[0]}")
    assert page.offered(COLOUR) == []
    page.element('[data-key="fold:颜色"]').click()
    page.until(lambda: page.offered(COLOUR))


def test_the_lists_follow_what_is_looked_for(page: Page) -> None:
    page.search(QUERY)
    dresses = page.texts("details.group h3")
    page.search("帐篷")
    tents = page.texts("details.group h3")
    assert tents
    assert tents != dresses
