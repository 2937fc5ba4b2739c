"""Algolia's ``filters``: what it says, and where it is wrong."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api.search_filters import numeric_filters, tag_filters
from chalicelib.api.search_grammar import parse_filters
from chalicelib.core.errors import InvalidRequest
from chalicelib.search import Condition, Filter, Operator

IS = Operator.IS


def facet(field: str, value: str, is_negated: bool = False) -> Condition:
    return Condition(field, IS, value, is_negated)


def number(field: str, operator: str, value: float) -> Condition:
    return Condition(field, Operator(operator), value)


def between(field: str, low: float, high: float) -> Condition:
    return Condition(field, Operator.BETWEEN, low, upper=high)


A, B, C = facet("brand", "a"), facet("brand", "b"), facet("tags", "c")


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("", []),
        ("  ", []),
        ("brand:a", [[A]]),
        ("brand:a AND brand:b", [[A], [B]]),
        ("brand:a OR brand:b", [[A, B]]),
        ("brand:a AND (brand:b OR brand:a)", [[A], [B, A]]),
        ("(brand:a OR brand:b) AND brand:a", [[A, B], [A]]),
        ("(brand:a AND (brand:b OR brand:a))", [[A], [B, A]]),
        ("((brand:a))", [[A]]),
        # An OR holds no AND, so this is the only thing it can mean.
        ("brand:a AND brand:b OR brand:a", [[A], [B, A]]),
        ("NOT brand:a", [[facet("brand", "a", True)]]),
        ("brand:b OR NOT brand:a", [[B, facet("brand", "a", True)]]),
        ('brand:"Mori/森屿 女装"', [[facet("brand", "Mori/森屿 女装")]]),
        ("brand:'it\\'s'", [[facet("brand", "it's")]]),
        ('brand:"a\\"b"', [[facet("brand", 'a"b')]]),
        ('"attributes.适用 人数":"2 人"', [[facet("attributes.适用 人数", "2 人")]]),
        ('("brand:a" OR "brand:b")', [[A, B]]),
        ("brand:http://x:1", [[facet("brand", "http://x:1")]]),
        ("categories.lvl0:女装", [[facet("categories.lvl0", "女装")]]),
        ("brand:'AND'", [[facet("brand", "AND")]]),
        ("brand:ANDROID", [[facet("brand", "ANDROID")]]),
        ("brand:a<score=3>", [[A]]),
        ('brand:"a"<score=3> OR brand:b<score=1>', [[A, B]]),
        ("isEnabled:true", [[facet("isEnabled", "true")]]),
        ("c", [[C]]),
        ("_tags:c", [[C]]),
        ("c OR _tags:c OR tags:c", [[C, C, C]]),
        ('NOT "c"', [[facet("tags", "c", True)]]),
        ("price > 12.99", [[number("price", ">", 1299)]]),
        ("price>=10 AND sales_30d!=3", [[number("price", ">=", 1000)], [number("sales_30d", "!=", 3)]]),
        ("price:10", [[number("price", "=", 1000)]]),
        ("price:5.99 TO 100", [[between("price", 599, 10_000)]]),
        ("price: 1 TO 2 OR price:5 TO 6", [[between("price", 100, 200), between("price", 500, 600)]]),
        ("NOT price<10", [[number("price", ">=", 1000)]]),
        ("NOT price:10 TO 20", [[number("price", "<", 1000), number("price", ">", 2000)]]),
        ("created_at:0 TO 1700000000", [[between("created_at", 0, 1_700_000_000)]]),
        ("stock = -1", [[number("stock", "=", -1)]]),
    ],
)
def test_what_a_filter_says(text: str, groups: list[list[Condition]]) -> None:
    assert parse_filters(text) == tuple(Filter(tuple(group)) for group in groups)


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ("brand:a AND", 12, "expected a condition"),
        ("brand:a brand:b", 9, "expected AND"),
        ("brand:", 7, "expected a value"),
        ("brand:a OR (brand:b AND brand:c)", 13, "AND cannot stand inside an OR"),
        ("brand:a OR price>3", 12, "cannot join facets and numbers"),
        ("brand:a OR c", 12, "cannot join facets and tags"),
        ("NOT (brand:a)", 5, "NOT cannot stand before a parenthesis"),
        ("(brand:a", 9, "the ( at 1 is not closed"),
        ("brand:a)", 8, "closes nothing"),
        ('brand:"a', 7, "quote is not closed"),
        ("price>ten", 7, "expected a number"),
        ("price>", 7, "expected a number"),
        ("brand:a AND weight>1", 13, "is no number of a product"),
        ("weight:1 TO 2", 1, "is no number of a product"),
        ("NOT NOT brand:a", 5, "expected a condition"),
        ("AND", 1, "expected a condition"),
        ("()", 2, "expected a condition"),
        ("=3", 1, "expected a condition"),
    ],
)
def test_an_error_says_where_it_is(text: str, at: int, said: str) -> None:
    with pytest.raises(InvalidRequest) as error:
        parse_filters(text)
    assert error.value.field == "filters"
    assert said in error.value.message
    assert error.value.message.endswith(f"(at character {at})")


def test_depth_and_length_are_bounded() -> None:
    with pytest.raises(InvalidRequest, match="parentheses"):
        parse_filters("(" * 5_000 + "brand:a" + ")" * 5_000)
    with pytest.raises(InvalidRequest, match="200"):
        parse_filters(" OR ".join(["brand:a"] * 201))


_values = st.text(min_size=1, max_size=12).filter(lambda text: not any(0xD800 <= ord(each) < 0xE000 for each in text))
_facets = st.builds(facet, st.sampled_from(["brand", "categories.lvl0", "attributes.材质"]), _values, st.booleans())
_numbers = st.builds(
    number,
    st.sampled_from(["stock", "sales_30d"]),
    st.sampled_from(["<", "<=", "=", "!=", ">=", ">"]),
    st.integers(-99, 99),
)
_groups = st.lists(_facets, min_size=1, max_size=4) | st.lists(_numbers, min_size=1, max_size=4)


@given(st.lists(_groups, min_size=1, max_size=5), st.sampled_from(["'", '"']))
def test_what_is_written_is_what_is_read(groups: list[list[Condition]], quote: str) -> None:
    def written(condition: Condition) -> str:
        if condition.operator is not IS:
            return f"{condition.field}{condition.operator}{condition.value}"
        value = str(condition.value).replace("\\", "\\\\").replace(quote, f"\\{quote}")
        return f"{'NOT ' * condition.is_negated}{condition.field}:{quote}{value}{quote}"

    text = " AND ".join(f"({' OR '.join(map(written, group))})" for group in groups)
    assert parse_filters(text) == tuple(Filter(tuple(group)) for group in groups)


@given(st.text(alphabet="ab:()\"'<>=!ANDORT 1\\-", max_size=40))
def test_no_text_breaks_the_parser(text: str) -> None:
    with suppress(InvalidRequest):
        parse_filters(text)


@pytest.mark.parametrize(
    ("given_tags", "groups"),
    [
        (["c"], [[C]]),
        ("c", [[C]]),
        ("", []),
        ("c,(c,c)", [[C], [C, C]]),
        (["c", ["c", "-c"]], [[C], [C, facet("tags", "c", True)]]),
        ("-c", [[facet("tags", "c", True)]]),
        (None, []),
    ],
)
def test_tag_filters(given_tags: object, groups: list[list[Condition]]) -> None:
    assert tag_filters(given_tags, "t") == tuple(Filter(tuple(group)) for group in groups)  # type: ignore[arg-type]


def test_ranges_may_stand_inside_an_or() -> None:
    assert numeric_filters([["price:1 TO 2", "price:5"]], "n") == (
        Filter((between("price", 100, 200), number("price", "=", 500))),
    )
