"""The table of search parameters in ``docs/algolia.md`` is true."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from chalicelib.api.search_settings import DEFAULTS
from chalicelib.api.search_shapes import SearchShape
from infra.local.shop import LaptopShop
from tests.support.http import Http
from tests.support.search import small_shop

PAGE = (Path(__file__).parents[2] / "docs" / "algolia.md").read_text()
VALUES: dict[str, Any] = {
    "aroundLatLng": "40.71,-74.01",
    "aroundRadius": "all",
    "insideBoundingBox": [[47.3, 0.1, 47.4, 0.2]],
    "insidePolygon": [[47.3, 0.1, 47.4, 0.2, 47.5, 0.3]],
    "optionalFilters": ["brand:拾光里"],
    "optionalWords": ["露营"],
    "typoTolerance": "strict",
    "ruleContexts": ["mobile"],
    "semanticSearch": {"eventSources": ["x"]},
    "renderingContent": {"facetOrdering": {}},
    "explain": ["match.alternatives"],
    "minProximity": 3,
    "similarQuery": "帐篷",
}


def table(heading: str) -> dict[str, str]:
    """Names in the first column of the table below a heading, with what the second says."""
    part = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.+?) \| ([^|]*) \|$", part, re.MULTILINE)
    return {name: said for names, said in rows for name in re.findall(r"`(\w+)`", names)}


PARAMETERS = table("Search parameters")
USED = {name for name, said in PARAMETERS.items() if said.startswith("used")}
IGNORED = sorted(name for name, said in PARAMETERS.items() if said.startswith("ignored"))


@pytest.fixture(scope="module")
def shop() -> Iterator[LaptopShop]:
    with LaptopShop(pumped=False) as running:
        for each in small_shop():
            running.services.catalog.put(each)
        running.pump.drain()
        yield running


def ids(shop: LaptopShop, body: dict[str, Any]) -> list[str]:
    call = Http(shop.base_url)
    answer = call("POST", "/1/indexes/products/query", body, shop.keys.search)
    call.close()
    assert answer.status == 200, answer.body
    return [hit["objectID"] for hit in answer.body["hits"]]


def test_the_parameters_that_are_read_are_those_the_page_says_are_used() -> None:
    assert {field.encode_name for field in msgspec.structs.fields(SearchShape)} == USED
    assert USED | set(IGNORED) == set(PARAMETERS)


def test_the_settings_that_have_an_effect_are_those_the_page_says() -> None:
    settings = table("Settings")
    assert {name for name, said in settings.items() if said.startswith("the default")} == set(DEFAULTS)


@pytest.mark.parametrize("name", IGNORED)
def test_an_ignored_parameter_changes_no_answer(shop: LaptopShop, name: str) -> None:
    value = VALUES.get(name, True)
    usual = ids(shop, {"query": "连衣裙"})
    assert usual
    assert ids(shop, {"query": "连衣裙", name: value}) == usual
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    assert ids(shop, {"params": urlencode({"query": "连衣裙", name: text})}) == usual
