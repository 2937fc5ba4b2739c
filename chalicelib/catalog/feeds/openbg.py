"""OpenBG products (title, attributes, coarse and fine category; no id, no price), one JSON object a line."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from chalicelib.catalog.feeds.files import ColumnMap, Feed, check_text, count_lines, json_rows, unique
from chalicelib.catalog.model import Product
from chalicelib.catalog.rows import Row
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.ids import digest
from chalicelib.core.shapes import convert

_NO_BRAND = frozenset(
    {"other", "others", "other/其他", "other其他", "其他", "其它", "其他品牌", "见描述", "无", "无品牌"}
)


class OpenbgShape(msgspec.Struct, frozen=True):
    """A line of the file; what else stands there is not needed."""

    title: str
    attributes: dict[str, list[str]] = {}
    coarse: str = ""
    fine: str = ""


def open_feed(path: Path, columns: ColumnMap) -> Feed:
    """Products of an OpenBG file."""
    check_text(path)
    return Feed("openbg", count_lines(path), json_rows(path, columns, to_row))


def looks_like(record: Mapping[str, Any]) -> bool:
    """Whether a line is of this format."""
    return "title" in record and "coarse" in record and "id" not in record


def to_row(record: object, position: int, columns: ColumnMap) -> Row:
    """One decoded line as a product or a refusal. ``columns`` is not used: the format is fixed."""
    try:
        shape = convert(record, OpenbgShape)
        product = _to_product(shape)
    except InvalidRequest as error:
        return Row(position, None, None, error)
    return Row(position, product.product_id, product)


def _to_product(shape: OpenbgShape) -> Product:
    attributes = {name.strip(): unique(values) for name, values in shape.attributes.items()}
    return Product(
        product_id=product_id(shape.title, shape.fine),
        title=shape.title.strip(),
        price=None,
        category_path=unique((shape.coarse, shape.fine)),
        brand=_brand(attributes.get("品牌", ())),
        attributes={name: values for name, values in attributes.items() if name and values},
    )


def product_id(title: str, fine: str) -> str:
    """The same id for the same title and category in every import: the format has none of its own."""
    return f"openbg-{digest(title.strip(), fine)[:16]}"


def _brand(values: tuple[str, ...]) -> str | None:
    """The brand in the form it is given (``Canon/佳能``); placeholders that mean "none" are none."""
    return next((value for value in values if value.lower() not in _NO_BRAND), None)
