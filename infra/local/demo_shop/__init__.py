"""The shipped demo shop: invented brands, plausible goods, drawn by a fixed seed and the same on every machine."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.local.demo_shop import beauty, clothing, digital, family, food, home, outdoors, women
from infra.local.demo_shop.recipe import Line, draw

DEPARTMENTS = (women, clothing, family, outdoors, food, home, beauty, digital)
LEVELS: dict[str, float] = {name: level for department in DEPARTMENTS for name, level in department.BRANDS.items()}
LINES: tuple[Line, ...] = tuple(line for department in DEPARTMENTS for line in department.LINES)


def products() -> Iterator[dict[str, Any]]:
    """Every product of the shop, in the JSON shape of ``docs/catalog.md``."""
    for line in LINES:
        yield from draw(line, LEVELS)


def write(path: Path) -> int:
    """Write the shop as a JSONL file that ``import`` reads; how many products it has."""
    lines = [json.dumps(product, ensure_ascii=False) for product in products()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(lines)
