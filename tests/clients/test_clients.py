"""Storefronts' and connectors' own JavaScript clients, unchanged, against the laptop shop over HTTP."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.shop import LaptopShop
from tests.support.search import small_shop

HERE = Path(__file__).parent
SCENARIO_SECONDS = 60

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def shop() -> Iterator[LaptopShop]:
    with LaptopShop(pumped=False) as running:
        for each in small_shop():
            running.services.catalog.put(each)
        running.pump.drain()
        running.pump.start()
        yield running
        running.pump.stop()


@pytest.fixture
def run(node: str, shop: LaptopShop) -> Callable[[str], Any]:
    def scenario(name: str) -> Any:
        host = shop.base_url.removeprefix("http://")
        known = {"host": host, "search": shop.keys.search, "admin": shop.keys.admin}
        done = subprocess.run(
            [node, "clients.cjs", name],
            cwd=HERE,
            env={**os.environ, "SHOP": json.dumps(known)},
            capture_output=True,
            timeout=SCENARIO_SECONDS,
        )
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    return scenario


@pytest.mark.parametrize("client", ["v5", "v4"])
def test_a_client_searches_reads_and_shows_errors(run: Callable[[str], Any], client: str) -> None:
    got = run(client)
    relevant, cheapest, *facet = got["results"]
    assert (relevant["index"], len(relevant["hits"]), relevant["nbPages"]) == ("products", 3, 5)
    assert relevant["hits"][0]["_highlightResult"]["title"]["matchLevel"] == "full"
    assert set(relevant["facets"]["brand"]) == {"拾光里", "云朵衣橱", "Mori/森屿"}
    assert len(relevant["queryID"]) == 32
    assert (cheapest["index"], [hit["price"] for hit in cheapest["hits"]]) == ("products_price_asc", [99, 109, 119])
    for found in (got["facet"], *facet):
        assert [hit["value"] for hit in found["facetHits"]] == ["Mori/森屿"]
        assert found["facetHits"][0]["highlighted"] == "Mori/<em>森</em>屿"
    assert "<em>帐篷</em>" in got["one"]["hits"][0]["_snippetResult"]["title"]["value"]
    assert got["object"] == {"objectID": "d00", "title": small_shop()[0].title}
    assert [each and each["objectID"] for each in got["several"]["results"]] == ["d00", None]
    assert (got["unknown"]["name"], got["unknown"]["status"]) == ("ApiError", 404)
    assert got["wrong"]["status"] == 400
    assert "at character 14" in got["wrong"]["message"]
    assert got["forbidden"]["status"] == 403
    assert got.get("zipped", 5) == 5


@pytest.mark.parametrize("client", ["helper5", "helper4"])
def test_the_helper_reads_disjunctive_and_hierarchical_facets(run: Callable[[str], Any], client: str) -> None:
    got = run(client)
    among = [
        each
        for each in small_shop()
        if each.category_path[:2] == ("女装", "裙装") and 10_000 <= (each.price or 0) <= 25_000
    ]
    chosen = [each for each in among if each.brand != "云朵衣橱"]
    assert got["nbHits"] == len(chosen)
    counted = {each["name"]: each["count"] for each in got["brand"]}
    assert counted == {
        brand: sum(each.brand == brand for each in among) for brand in ("Mori/森屿", "云朵衣橱", "拾光里")
    }
    assert [each["name"] for each in got["brand"] if each["isRefined"]] == ["Mori/森屿", "拾光里"]
    assert (got["stats"]["min"], got["stats"]["max"]) == (99, 329)
    dresses = got["categories"]["data"][0]
    assert (dresses["name"], dresses["isRefined"], dresses["count"]) == ("女装", True, len(chosen))
    assert dresses["data"][0]["data"][0]["name"] == "连衣裙"
    assert [hit["value"] for hit in got["facetHits"]] == ["Mori/森屿"]
    assert len(got["queryID"]) == 32


def test_instantsearch_drives_every_widget(run: Callable[[str], Any]) -> None:
    got = run("instantsearch")
    first, second = got["first"], got["second"]
    assert first["stats"] > 30
    assert len(first["hits"]) == 4
    assert {each["label"] for each in first["categories"]} >= {"女装", "户外", "数码"}
    assert second["box"] == "连衣裙"
    assert second["sort"] == "products_price_asc"
    prices = [hit["price"] for hit in second["hits"]]
    assert prices == sorted(prices)
    assert all(100 <= price <= 300 for price in prices)
    assert {hit["brand"] for hit in second["hits"]} == {"拾光里"}
    assert "<mark>连衣裙</mark>" in second["hits"][0]["_highlightResult"]["title"]["value"]
    # The other brands are still there to be chosen, the range still reaches from the cheapest to the dearest.
    assert {each["label"] for each in second["brand"]} == {"拾光里", "云朵衣橱", "Mori/森屿"}
    assert (second["range"]["min"], second["range"]["max"]) == (99, 309)
    assert [each["label"] for each in second["categories"] if each["isRefined"]] == ["女装"]


@pytest.mark.parametrize(("client", "name"), [("push5", "v5"), ("push4", "v4")])
def test_a_connector_pushes_a_catalogue(run: Callable[[str], Any], shop: LaptopShop, client: str, name: str) -> None:
    got = run(client)
    assert got["saved"]["objectIDs"] == [f"{name}-{number}" for number in (1, 2, 3)]
    assert got["changed"]["stock"] == 5
    assert got["gone"]["status"] == 404
    assert [hit["objectID"] for hit in got["found"]["hits"]] == [f"{name}-2"]
    assert got["refused"]["status"] == 400
    assert "requests[0].body.price" in got["refused"]["message"]
    kept = shop.services.catalog.get(f"{name}-1")
    assert (kept.title[:2], kept.price) == (("竹纤", 1090) if name == "v5" else ("老粗", 10_000))


def test_a_secured_key_made_by_a_client_searches_within_its_limits(run: Callable[[str], Any]) -> None:
    got = run("secured")
    for client in ("v5", "v4"):
        tried = got[client]
        assert tried["all"]["nbHits"] == 8, tried["all"]
        assert {hit["brand"] for hit in tried["all"]["hits"]} == {"拾光里"}
        assert tried["other"]["nbHits"] == 0
        assert "userToken=someone" in tried["other"]["params"]
        assert tried["replica"]["nbHits"] == 8
        assert (tried["forbidden"]["status"], tried["object"]["status"]) == (403, 403)
    assert [got[name]["status"] for name in ("expired", "forged", "ofAdmin")] == [401, 401, 401]


# After all others: it replaces the shop's products.
@pytest.mark.parametrize(("client", "name"), [("connect5", "r5"), ("connect4", "r4")])
def test_a_connector_reindexes_sets_browses_and_clears(
    run: Callable[[str], Any], shop: LaptopShop, client: str, name: str
) -> None:
    got = run(client)
    assert got["replaced"]
    assert (got["settings"]["hitsPerPage"], got["settings"]["customRanking"]) == (7, ["desc(sales_30d)"])
    everything = {f"{name}-{number}" for number in (1, 2, 3, 4)}
    assert {each["objectID"] for each in got["browsed"]} == everything
    assert all(set(each) == {"objectID", "title"} for each in got["browsed"])
    assert [each["objectID"] for each in got["seenRules"]] == ["five" if name == "r5" else "four"]
    assert [each["synonyms"] for each in got["seenSynonyms"]] == [["案板", "砧板"]]
    assert got["pinned"]["hitsPerPage"] == 7
    assert got["pinned"]["hits"][0]["objectID"] == f"{name}-4"
    assert {each["objectID"] for each in got["meant"]["hits"]} == everything
    assert {each["objectID"] for each in got["left"]} == {f"{name}-2", f"{name}-4"}
    assert (got["exists"], got["missing"]) == (True, False)
    assert got["indices"][:2] == ["products", "products_price_asc"]
    assert not [each for each in got["indices"] if "_tmp" in each]
    assert (got["refused"]["status"], "context" in got["refused"]["message"]) == (400, True)
    assert got["forbidden"]["status"] == 403
    assert not list(shop.services.catalog.all())
