"""What the page does with words: suggestions while typing, did-you-mean, what was searched instead, related searches."""

import time

from selenium.webdriver import Keys

from tests.browser.page import Page

QUERY = "连衣裙"
LONGER_THAN_THE_PAUSE_SECONDS = 0.4
"""The page asks for suggestions 80 ms after the last key."""


def options(page: Page) -> list[str]:
    return page.texts("#suggestions [role=option]")


def type_into_the_box(page: Page, text: str) -> None:
    box = page.element("#query")
    box.clear()
    box.send_keys(text)
    page.until(lambda: options(page))


def chosen_option(page: Page) -> str:
    """What a screen reader says is chosen in the list."""
    at = page.element("#query").get_attribute("aria-activedescendant")
    return page.texts(f"#{at}")[0] if at else ""


def test_a_suggestion_is_picked_with_the_mouse(page: Page) -> None:
    type_into_the_box(page, "连")
    wanted = options(page)[0]
    assert wanted.startswith("连")
    page.screenshot("desktop-suggestions")
    page.click("#suggestions [role=option]")
    page.until(lambda: page.driver.title.startswith(wanted))
    assert page.total > 0, "only what finds something is suggested"
    assert options(page) == []


def test_pinyin_and_initials_suggest(page: Page) -> None:
    for typed in ("lianyi", "lyq"):
        type_into_the_box(page, typed)
        assert any(QUERY in option for option in options(page)), typed
        page.press(Keys.ESCAPE)


def test_suggestions_by_arrow_keys(page: Page) -> None:
    type_into_the_box(page, "连")
    offered = options(page)
    page.press(Keys.ARROW_DOWN)
    assert chosen_option(page) == offered[0]
    page.press(Keys.ARROW_UP)
    assert chosen_option(page) == "", "before the first stands what was typed"
    page.press(Keys.ARROW_UP)
    assert chosen_option(page) == offered[-1]
    page.press(Keys.ENTER)
    page.until(lambda: page.driver.title.startswith(offered[-1]))
    assert page.element("#query").get_attribute("value") == offered[-1]


def test_escape_folds_the_suggestions_and_keeps_the_words(page: Page) -> None:
    type_into_the_box(page, "连")
    assert page.element("#query").get_attribute("aria-expanded") == "true"
    page.press(Keys.ESCAPE)
    assert options(page) == []
    assert page.element("#query").get_attribute("aria-expanded") == "false"
    assert page.element("#query").get_attribute("value") == "连"


def test_nothing_is_suggested_while_characters_are_being_composed(page: Page) -> None:
    page.element("#query").click()
    composing = (
        "const box = arguments[0]; box.value = 'lian';"
        "box.dispatchEvent(new CompositionEvent('compositionstart'));"
        "box.dispatchEvent(new InputEvent('input', {isComposing: true}));"
        "box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true}));"
    )
    page.script(composing, page.element("#query"))
    time.sleep(LONGER_THAN_THE_PAUSE_SECONDS)
    assert "q=" not in page.address
    assert options(page) == []
    page.script(
        "arguments[0].value = '连'; arguments[0].dispatchEvent(new CompositionEvent('compositionend'))",
        page.element("#query"),
    )
    page.until(lambda: options(page))


def test_what_was_searched_comes_back_when_the_box_is_opened_again(page: Page) -> None:
    page.search(QUERY)
    page.search("衬衫")
    page.element("#query").click()
    page.press(Keys.CONTROL + "a", Keys.BACKSPACE)
    page.until(lambda: options(page) == ["衬衫", QUERY])


def test_what_others_search_is_asked_again_after_a_minute(page: Page) -> None:
    asked = "return performance.getEntriesByType('resource').filter(each => each.name.includes('/v1/hot')).length"
    open_box = "document.activeElement.blur(); document.querySelector('#query').focus()"
    page.until(lambda: page.script(asked) == 1)
    page.script(open_box)
    time.sleep(LONGER_THAN_THE_PAUSE_SECONDS)
    assert page.script(asked) == 1
    page.script("const now = Date.now; Date.now = () => now() + 61_000")
    page.script(open_box)
    page.until(lambda: page.script(asked) == 2)


def test_a_misspelt_query_is_answered_and_the_right_words_are_offered(page: Page) -> None:
    page.search("莲衣裙")
    assert page.element("#did-you-mean button").text == QUERY
    assert page.element("#query").get_attribute("value") == "莲衣裙", "what was asked is not replaced"
    page.screenshot("desktop-did-you-mean")
    page.click("#did-you-mean button")
    assert page.element("#query").get_attribute("value") == QUERY
    assert page.elements("#did-you-mean") == []


def test_when_nothing_is_found_the_page_says_what_it_shows_instead(page: Page) -> None:
    page.search("量子纠缠仪")
    assert "量子纠缠仪" in page.element("#instead").text
    assert page.ids, "never an empty page for a query alone"
    page.screenshot("desktop-instead")
    page.search(QUERY)
    assert page.elements("#instead") == []


def test_related_searches_lead_on(page: Page) -> None:
    page.search(QUERY)
    page.until(lambda: page.texts("#related .chip"))
    wanted = page.texts("#related .chip")[0]
    assert wanted != QUERY
    page.click("#related .chip")
    assert page.element("#query").get_attribute("value") == wanted
    assert page.total > 0
