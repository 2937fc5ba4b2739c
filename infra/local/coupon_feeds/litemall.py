"""litemall's coupons (``litemall_coupon.csv``), every column in our words; ``docs/coupon-import.md`` has the table.

Its money is yuan, its times are China's, its zeros mean "without limit".
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from chalicelib.catalog.feeds.csv_rows import records
from chalicelib.catalog.feeds.files import FeedUnreadable, china_time
from chalicelib.catalog.feeds.litemall import category_paths, check_table, goods_ids
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.money import parse_yuan
from chalicelib.coupons.model import MAX_STOCK
from chalicelib.coupons.terms import LEVEL_SEPARATOR
from chalicelib.coupons.terms.checks import MAX_NAMES
from infra.local.coupon_feeds.rows import CouponsUnreadable, Document, Feed, Row

FILE: Final = "litemall_coupon.csv"
PREFIX: Final = "litemall-"
_Cells = Mapping[str, str]
_T = TypeVar("_T")
_NEEDED: Final = ("id", "name", "discount", "min", "type", "time_type")
_KNOWN: Final = frozenset(
    (
        *_NEEDED,
        "total",
        "limit",
        "status",
        "goods_type",
        "goods_value",
        "code",
        "days",
        "start_time",
        "end_time",
        "deleted",
    )
)
_EVERYTHING, _CATEGORIES, _GOODS = "0", "1", "2"


class _Beside:
    """The tables of categories and goods beside the coupons, read when a coupon first speaks of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def categories(self) -> Mapping[str, tuple[str, ...]]:
        return _table(category_paths, self._folder)

    @cached_property
    def goods(self) -> frozenset[str]:
        return _table(goods_ids, self._folder)


def open_feed(path: Path) -> Feed:
    """The coupons of a litemall folder, or of its file. Raises ``CouponsUnreadable``."""
    file = path / FILE if path.is_dir() else path
    try:
        header = check_table(file, _NEEDED)
    except FeedUnreadable as error:
        raise CouponsUnreadable(error.message) from None
    unused = tuple(column for column in header if column not in _KNOWN)
    return Feed("litemall", sum(1 for _ in records(file)) - 1, _rows(file, header), unused)


def _rows(file: Path, header: list[str]) -> Iterator[Row]:
    beside = _Beside(file.parent)
    remaining = records(file)
    next(remaining)
    for line, texts, trouble in remaining:
        if trouble is None and len(texts) != len(header):
            trouble = f"the row has {len(texts)} cells, the header has {len(header)}"
        cells = {name: text.strip() for name, text in zip(header, texts, strict=False)}
        coupon_id = PREFIX + cells["id"] if cells.get("id") else None
        remarks: list[str] = []
        try:
            if trouble is not None:
                raise InvalidRequest(trouble)
            document = template(cells, beside, remarks)
        except InvalidRequest as error:
            yield Row(line, coupon_id, None, error)
        else:
            yield Row(line, coupon_id, document, remarks=tuple(remarks))


def template(cells: _Cells, beside: _Beside, remarks: list[str]) -> Document:
    """One coupon as a template. Raises ``InvalidRequest`` naming the column."""
    if cells.get("deleted", "0") == "1":
        raise InvalidRequest("deleted in the shop it comes from", field="deleted")
    if not cells["id"]:
        raise InvalidRequest("id is empty", field="id")
    return {
        "id": PREFIX + cells["id"],
        "name": cells["name"],
        "kind": "amount_off",
        "value": parse_yuan(cells["discount"], field="discount"),
        "minimum_spend": parse_yuan(cells["min"] or "0", field="min"),
        "stock": _count(cells, "total") or MAX_STOCK,
        "per_shopper": _count(cells, "limit", "1") or None,
        **_given(cells, remarks),
        **_status(cells, remarks),
        **_scope(cells, beside, remarks),
        **_validity(cells),
    }


def _given(cells: _Cells, remarks: list[str]) -> Document:
    match cells["type"]:
        case "0":
            return {}
        case "1":
            remarks.append(
                "type 1 is given at registration there: here for new shoppers, and a campaign or the till gives it"
            )
            return {"audience": {"is_new": True}}
        case "2":
            if not cells.get("code"):
                raise InvalidRequest("a coupon of type 2 is fetched with a code, and has none", field="code")
            return {"public_code": cells["code"].upper()}
    raise InvalidRequest(f"type {cells['type']!r} is none of 0 (anybody), 1 (registration), 2 (code)", field="type")


def _status(cells: _Cells, remarks: list[str]) -> Document:
    match cells.get("status") or "0":
        case "0":
            return {"status": "active"}
        case "1":
            raise InvalidRequest("expired in the shop it comes from", field="status")
        case "2":
            remarks.append("taken off the shelf there: imported paused")
            return {"status": "paused"}
    raise InvalidRequest(f"status {cells['status']!r} is none of 0 (normal), 1 (expired), 2 (off)", field="status")


def _scope(cells: _Cells, beside: _Beside, remarks: list[str]) -> Document:
    kind = cells.get("goods_type") or _EVERYTHING
    if kind == _EVERYTHING:
        return {}
    if kind not in (_CATEGORIES, _GOODS):
        raise InvalidRequest(f"goods_type {kind!r} is none of 0 (all), 1 (categories), 2 (goods)", field="goods_type")
    ids = _ids(cells.get("goods_value", ""))
    if kind == _CATEGORIES:
        known = {each: LEVEL_SEPARATOR.join(path) for each, path in beside.categories.items()}
        return _places("categories", ids, known, "category", remarks)
    return _places("products", ids, {each: each for each in beside.goods}, "goods", remarks)


def _places(name: str, ids: list[str], known: Mapping[str, str], what: str, remarks: list[str]) -> Document:
    """Ids that the shop has no more are left out and told; a coupon of nothing is refused."""
    remarks += [f"{what} {each} is not in the shop: left out of the scope" for each in ids if each not in known]
    names = [known[each] for each in dict.fromkeys(ids) if each in known]
    if not names:
        raise InvalidRequest(f"goods_value names no {what} of the shop", field="goods_value")
    return {"scope": [{name: names[at : at + MAX_NAMES]} for at in range(0, len(names), MAX_NAMES)]}


def _ids(text: str) -> list[str]:
    try:
        return [str(each) for each in msgspec.json.decode(text, type=list[int | str])]
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InvalidRequest("goods_value is no JSON list of ids", field="goods_value") from None


def _validity(cells: _Cells) -> Document:
    match cells["time_type"]:
        case "0":
            return {"valid_days": _count(cells, "days")}
        case "1":
            period = {"starts_at": "start_time", "ends_at": "end_time"}
            return {ours: _time(cells, theirs) for ours, theirs in period.items() if cells.get(theirs)}
    raise InvalidRequest(f"time_type {cells['time_type']!r} is neither 0 (days) nor 1 (period)", field="time_type")


def _time(cells: _Cells, column: str) -> str:
    return to_rfc3339(china_time(cells[column], field=column))


def _count(cells: _Cells, column: str, default: str = "0") -> int:
    text = cells.get(column) or default
    if not text.isdecimal():
        raise InvalidRequest(f"{column} {text!r} is not a whole number", field=column)
    return int(text)


def _table(read: Callable[[Path], _T], folder: Path) -> _T:
    try:
        return read(folder)
    except FeedUnreadable as error:
        raise InvalidRequest(f"what the scope names cannot be looked up: {error}", field="goods_value") from None
