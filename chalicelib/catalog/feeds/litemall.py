"""A litemall shop (https://github.com/linlinjava/litemall): a folder with its tables as CSV, named after the tables."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from chalicelib.catalog.feeds.csv_rows import check_utf8, records
from chalicelib.catalog.feeds.files import ColumnMap, Feed, FeedUnreadable, check_text, china_time, unique
from chalicelib.catalog.model import Product, Sku
from chalicelib.catalog.rows import Row
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.money import parse_yuan

GOODS_FILE = "litemall_goods.csv"
_Cells = dict[str, str]
_T = TypeVar("_T")
_NEEDED = {
    "goods": ("id", "name", "category_id", "retail_price"),
    "category": ("id", "name", "pid"),
    "brand": ("id", "name"),
    "goods_product": ("id", "goods_id", "specifications", "price", "number"),
    "goods_specification": ("goods_id", "specification", "value"),
    "goods_attribute": ("goods_id", "attribute", "value"),
}
_TAGS = {"is_new": "新品", "is_hot": "热卖"}


@dataclass(slots=True)
class _Shop:
    """The tables around goods, by what goods refer to."""

    categories: dict[str, _Cells] = field(default_factory=dict)
    brands: dict[str, str] = field(default_factory=dict)
    skus: dict[str, list[_Cells]] = field(default_factory=lambda: defaultdict(list))
    specifications: dict[tuple[str, str], str] = field(default_factory=dict)
    attributes: dict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(dict))


def open_feed(path: Path, columns: ColumnMap) -> Feed:
    """Goods of a litemall folder. Raises ``FeedUnreadable`` when a table or a column of it is missing."""
    if not path.is_dir():
        raise FeedUnreadable(f"{path} is not a folder of litemall's tables")
    for table, needed in _NEEDED.items():
        check_table(_file(path, table), needed)
    expected = sum(1 for _ in records(_file(path, "goods"))) - 1
    return Feed("litemall", expected, _rows(path))


def category_paths(path: Path) -> dict[str, tuple[str, ...]]:
    """The path of names of each category of a litemall folder, by id, as its goods have it. Raises ``FeedUnreadable``."""
    check_table(_file(path, "category"), _NEEDED["category"])
    shop = _Shop(categories={cells["id"]: cells for cells in _sound(path, "category")})
    return {category_id: _category_path(category_id, shop, []) for category_id in shop.categories}


def goods_ids(path: Path) -> frozenset[str]:
    """The ids of the goods of a litemall folder that are not deleted. Raises ``FeedUnreadable``."""
    check_table(_file(path, "goods"), ("id",))
    return frozenset(cells["id"] for cells in _sound(path, "goods"))


def _rows(path: Path) -> Iterator[Row]:
    shop = _read_shop(path)
    for line, cells, trouble in _table(_file(path, "goods")):
        if trouble is not None:
            yield Row(line, cells.get("id"), None, InvalidRequest(trouble))
            continue
        if _is_deleted(cells):
            yield Row(line, cells["id"], None, InvalidRequest("deleted in the shop it comes from", field="deleted"))
            continue
        remarks: list[str] = []
        try:
            product = _to_product(cells, shop, remarks)
        except InvalidRequest as error:
            yield Row(line, cells["id"] or None, None, error)
            continue
        yield Row(line, product.product_id, product, remarks=tuple(remarks))


def _to_product(cells: _Cells, shop: _Shop, remarks: list[str]) -> Product:
    goods_id = cells["id"]
    skus = tuple(_to_sku(sku, shop, remarks) for sku in shop.skus.get(goods_id, ()))
    retail = parse_yuan(cells["retail_price"], field="retail_price")
    is_on_sale = cells.get("is_on_sale", "1") != "0"
    if not is_on_sale:
        remarks.append("off sale: kept, but search does not show it")
    return Product(
        product_id=goods_id,
        title=cells["name"].strip(),
        price=min((sku.price for sku in skus), default=retail),
        category_path=_category_path(cells["category_id"], shop, remarks),
        brand=_brand(cells.get("brand_id", "0"), shop, remarks),
        list_price=_optional(cells, "counter_price", lambda text: parse_yuan(text, field="counter_price")),
        brief=_optional(cells, "brief", str),
        image=_optional(cells, "pic_url", lambda text: _address(text, "pic_url", remarks)),
        url=_optional(cells, "share_url", lambda text: _address(text, "share_url", remarks)),
        attributes={name: unique(values) for name, values in shop.attributes.get(goods_id, {}).items()},
        tags=_tags(cells),
        skus=skus,
        stock=sum(sku.stock for sku in skus),
        is_on_sale=is_on_sale,
        created_at=_optional(cells, "add_time", lambda text: china_time(text, field="add_time")),
    )


def _to_sku(cells: _Cells, shop: _Shop, remarks: list[str]) -> Sku:
    """``specifications`` is a JSON list of values; which specification a value is of stands in another table."""
    where = f"goods_product {cells['id']}"
    try:
        values = msgspec.json.decode(cells["specifications"], type=list[str])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InvalidRequest(f"{where}: specifications is no JSON list of texts", field="specifications") from None
    if not cells["number"].isdecimal():
        raise InvalidRequest(f"{where}: number {cells['number']!r} is not a whole number", field="number")
    names = [
        shop.specifications.get((cells["goods_id"], value), f"规格{position + 1}")
        for position, value in enumerate(values)
    ]
    return Sku(
        cells["id"],
        parse_yuan(cells["price"], field="goods_product.price"),
        int(cells["number"]),
        dict(zip(names, values, strict=True)),
        _optional(cells, "url", lambda text: _address(text, where, remarks)),
    )


def _category_path(category_id: str, shop: _Shop, remarks: list[str]) -> tuple[str, ...]:
    path: list[str] = []
    seen: set[str] = set()
    while category_id not in ("", "0"):
        if category_id not in shop.categories or category_id in seen:
            trouble = "is its own ancestor" if category_id in seen else "is not in the category table"
            remarks.append(f"category {category_id} {trouble}: the path begins below it")
            break
        seen.add(category_id)
        path.insert(0, shop.categories[category_id]["name"].strip())
        category_id = shop.categories[category_id]["pid"]
    return tuple(path)


def _brand(brand_id: str, shop: _Shop, remarks: list[str]) -> str | None:
    if brand_id in ("", "0"):
        return None
    if brand_id not in shop.brands:
        remarks.append(f"brand {brand_id} is not in the brand table: imported without a brand")
    return shop.brands.get(brand_id)


def _tags(cells: _Cells) -> tuple[str, ...]:
    keywords = cells.get("keywords", "").replace("，", ",").split(",")
    return unique([tag for column, tag in _TAGS.items() if cells.get(column) == "1"] + keywords)


def _address(text: str, where: str, remarks: list[str]) -> str | None:
    if text.startswith(("http://", "https://", "//")):
        return text
    remarks.append(f"{where}: {text!r} is no address: left out")
    return None


def _optional(cells: _Cells, column: str, read: Callable[[str], _T]) -> _T | None:
    text = cells.get(column, "").strip()
    return read(text) if text else None


def _read_shop(path: Path) -> _Shop:
    shop = _Shop()
    for cells in _sound(path, "category"):
        shop.categories[cells["id"]] = cells
    for cells in _sound(path, "brand"):
        shop.brands[cells["id"]] = cells["name"].strip()
    for cells in _sound(path, "goods_product"):
        shop.skus[cells["goods_id"]].append(cells)
    for cells in _sound(path, "goods_specification"):
        shop.specifications[cells["goods_id"], cells["value"]] = cells["specification"].strip()
    for cells in _sound(path, "goods_attribute"):
        name, value = cells["attribute"].strip(), cells["value"].strip()
        if name and value:
            shop.attributes[cells["goods_id"]].setdefault(name, []).append(value)
    return shop


def _sound(path: Path, table: str) -> Iterator[_Cells]:
    """Rows that are not deleted. Raises ``FeedUnreadable`` for a broken one: goods would silently lose a part."""
    file = _file(path, table)
    for line, cells, trouble in _table(file):
        if trouble is not None:
            raise FeedUnreadable(f"{file.name} line {line}: {trouble}")
        if not _is_deleted(cells):
            yield cells


def _table(file: Path) -> Iterator[tuple[int, _Cells, str | None]]:
    remaining = records(file)
    _, header, _ = next(remaining)
    for line, cells, trouble in remaining:
        if trouble is None and len(cells) != len(header):
            trouble = f"the row has {len(cells)} cells, the header has {len(header)}"
        yield line, dict(zip(header, cells, strict=False)), trouble


def _is_deleted(cells: _Cells) -> bool:
    return cells.get("deleted", "0") == "1"


def check_table(file: Path, needed: tuple[str, ...]) -> list[str]:
    """The columns of a table. Raises ``FeedUnreadable`` when there is no such file, or one that is needed is missing."""
    if not file.is_file():
        raise FeedUnreadable(f"{file.name} is missing in {file.parent}")
    check_text(file)
    check_utf8(file)
    _, header, trouble = next(records(file))
    missing = [column for column in needed if column not in header]
    if trouble or missing:
        raise FeedUnreadable(
            f"{file.name} has no column {', '.join(missing)}" if missing else f"{file.name}: {trouble}"
        )
    return header


def _file(path: Path, table: str) -> Path:
    return path / f"litemall_{table}.csv"
