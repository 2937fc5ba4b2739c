"""What a catalogue's fields add to its titles is measured on queries made of them."""

import json
from pathlib import Path

from rich.console import Console

from chalicelib.catalog import Product
from infra.local.fielded import by_fields, category_queries, say, value_queries
from tests.support.search import product


def shirt(number: int, title: str, material: str, category: str = "衬衫") -> Product:
    return product(f"p{number}", title, category=("男装", category), attributes={"材质": (material,)}, brand="衡野")


SHIRTS = [shirt(1, "商务长袖衬衫", "亚麻"), shirt(2, "格子短袖衬衫", "纯棉"), shirt(3, "T恤 圆领", "纯棉", "T恤")]


def test_queries_are_the_names_of_categories_and_values_before_them() -> None:
    assert category_queries(SHIRTS) == {"衬衫": {"p1": 1, "p2": 1}}
    assert value_queries(SHIRTS) == {
        "亚麻衬衫": {"p1": 1},
        "纯棉衬衫": {"p2": 1},
        "衡野衬衫": {"p1": 1, "p2": 1},
    }


def test_what_titles_do_not_say_is_found_by_fields(tmp_path: Path) -> None:
    feed = tmp_path / "shirts.jsonl"
    lines = [
        {
            "id": each.product_id,
            "title": each.title,
            "price": 9900,
            "category": list(each.category_path),
            "brand": each.brand,
            "attributes": {name: list(values) for name, values in each.attributes.items()},
        }
        for each in (*SHIRTS, shirt(4, "格子长袖衬衫", "羊毛"))
    ]
    feed.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    figures = {(line.kind, line.ranking): line.scores.mrr for line in by_fields(feed)}
    assert figures["value and category", "titles alone"] < figures["value and category", "and fields"]
    assert figures["value and category", "and fields"] == figures["value and category", "and the prior"] == 1
    console = Console(record=True, width=140)
    say(by_fields(feed), console)
    assert "and the prior" in console.export_text()
