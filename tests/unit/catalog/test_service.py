"""The catalogue's use cases, on the twin."""

import pytest

from chalicelib.adapters.memory.products import MemoryProducts
from chalicelib.catalog import Catalog, Fate, Product, ProductNotFound, ProductTooLarge, Row
from chalicelib.core.errors import InvalidRequest


def row(position: int, product_id: str, price: int | None = 100, **differing: object) -> Row:
    return Row(position, product_id, Product(product_id, f"帐篷{product_id}", price, **differing))  # type: ignore[arg-type]


@pytest.fixture
def catalog() -> Catalog:
    return Catalog(MemoryProducts())


def test_a_product_is_put_read_and_deleted(catalog: Catalog) -> None:
    tent = Product("t", "帐篷", 100)
    assert catalog.put(tent)
    assert catalog.put(tent) is False
    assert catalog.get("t") == tent
    catalog.delete("t")
    with pytest.raises(ProductNotFound):
        catalog.get("t")
    with pytest.raises(ProductNotFound):
        catalog.delete("t")


def test_a_product_the_store_could_not_hold_is_refused(catalog: Catalog) -> None:
    huge = Product("t", "帐篷", 100, brief="长" * 200_000)
    with pytest.raises(ProductTooLarge):
        catalog.put(huge)
    (result,) = catalog.store([Row(1, "t", huge)])
    assert (result.fate, result.error and result.error.code) == (Fate.REJECTED, "product_too_large")


def test_every_row_has_its_result_in_order(catalog: Catalog) -> None:
    catalog.put(row(0, "b").product or Product("", "", 0))
    refusal = InvalidRequest("title is missing", field="title")
    rows = [row(1, "a"), row(2, "b"), Row(3, None, None, refusal), row(4, "a", 999), row(5, "c")]
    results = list(catalog.store(rows))
    assert [each.row for each in results] == rows
    assert [each.fate for each in results] == ["accepted", "unchanged", "rejected", "rejected", "accepted"]
    assert results[2].error is refusal
    assert "came already at 1" in str(results[3].error)
    assert catalog.get("a").price == 100


def test_a_repeated_id_is_noticed_across_chunks(catalog: Catalog) -> None:
    rows = [row(position, f"p{position}") for position in range(150)] + [row(150, "p3")]
    assert [each.fate for each in catalog.store(rows)] == ["accepted"] * 150 + ["rejected"]


def test_a_report_counts_everything_and_loses_no_row(catalog: Catalog) -> None:
    rows = [
        row(1, "a", brand="野驰社", category_path=("户外", "帐篷")),
        row(2, "b", None, brand="野驰社", is_on_sale=False),
        Row(3, "c", None, InvalidRequest("no title", field="title")),
        Row(4, "d", Product("d", "天幕", 1), remarks=("an image was left out",)),
    ]
    heard: list[int] = []
    report = catalog.import_feed(rows, heard.append)
    assert (report.rows, report.imported, report.unchanged, len(report.rejected)) == (4, 3, 0, 1)
    assert (report.off_sale, report.unpriced, report.brands) == (1, 1, {"野驰社"})
    assert report.categories == {("户外", "帐篷")}
    assert [each.position for each in report.remarked] == [4]
    assert heard == [4]
    again = catalog.import_feed(rows)
    assert (again.imported, again.unchanged) == (0, 3)


def test_progress_is_heard_on_the_way(catalog: Catalog) -> None:
    heard: list[int] = []
    catalog.import_feed((row(position, f"p{position}") for position in range(250)), heard.append)
    assert heard == [100, 200, 250]
