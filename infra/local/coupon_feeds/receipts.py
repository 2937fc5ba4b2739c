"""Receipts of coupons as Taobao's O2O data set writes them: who received which coupon of which merchant, when, under what rule.

A rule is 满减 (``30:5``: ¥5 off from ¥30 on) or a share that is paid (``0.95``: 9.5折). ``null`` is a purchase without a coupon;
``fixed`` is a price that the file does not tell.
"""

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TextIO

from chalicelib.core.errors import InvalidRequest
from chalicelib.core.money import FEN_PER_YUAN
from chalicelib.coupons.terms import FULL
from infra.local.coupon_feeds.rows import CouponsUnreadable, Document, Feed, Row

PREFIX: Final = "o2o-"
VALID_DAYS: Final = 15
"""The file tells no end. The contest it comes from asks who uses a coupon within 15 days."""
COLUMNS: Final = ("User_id", "Merchant_id", "Coupon_id", "Discount_rate", "Date_received")
_NOTHING: Final = "null"
_FULL_REDUCTION: Final = re.compile(r"([0-9]{1,6}):([0-9]{1,6})")
_SHARE: Final = re.compile(r"0?\.[0-9]{1,4}")
_GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Receipt:
    """One coupon received: by whom, from whom, on what day of the shop, under what rule."""

    position: int
    shopper: str
    merchant: str
    coupon: str
    rule: str
    day: date

    @property
    def coupon_id(self) -> str:
        """The id of its template."""
        return f"{PREFIX}{self.merchant}-{self.coupon}"


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is no receipt, and why."""

    position: int
    error: InvalidRequest


def rule_terms(rule: str) -> Document:
    """A rule as the fields of a template. Raises ``InvalidRequest`` for what is none.

    >>> rule_terms("30:5")
    {'kind': 'amount_off', 'value': 500, 'minimum_spend': 3000}
    >>> rule_terms("0.95")
    {'kind': 'percent_off', 'basis_points': 500}
    """
    text = rule.strip()
    if text in (_NOTHING, ""):
        raise InvalidRequest("a purchase without a coupon", field="Discount_rate")
    if text == "fixed":
        raise InvalidRequest("a price that the file does not tell (fixed)", field="Discount_rate")
    if reduction := _FULL_REDUCTION.fullmatch(text):
        spend, off = (int(each) * FEN_PER_YUAN for each in reduction.groups())
        if not 0 < off <= spend:
            raise InvalidRequest(f"{text!r} takes off nothing, or more than is asked for", field="Discount_rate")
        return {"kind": "amount_off", "value": off, "minimum_spend": spend}
    if _SHARE.fullmatch(text) and Decimal(text) > 0:
        return {"kind": "percent_off", "basis_points": FULL - int(Decimal(text) * FULL)}
    raise InvalidRequest(f"{text[:40]!r} is no rule such as 30:5 or 0.95", field="Discount_rate")


def rule_name(terms: Document) -> str:
    """A rule as shoppers say it: 满30减5, 9.5折."""
    if terms["kind"] == "amount_off":
        return f"满{terms['minimum_spend'] // FEN_PER_YUAN}减{terms['value'] // FEN_PER_YUAN}"
    return f"{(FULL - terms['basis_points']) / 1_000:g}折"


def read_receipts(path: Path) -> Iterator[Receipt | Refused]:
    """Every row of the file, as it stands there. Raises ``CouponsUnreadable`` when it has other columns."""
    with _open(path) as file:
        reader = csv.DictReader(file)
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise CouponsUnreadable(f"{path.name} has no column {', '.join(missing)}")
        for cells in reader:
            try:
                yield _receipt(reader.line_num, cells)
            except InvalidRequest as error:
                yield Refused(reader.line_num, error)


def template(receipt: Receipt, received: int) -> Document:
    """The template behind a receipt: of its merchant's shop, as many as were received, without a limit that the file tells."""
    terms = rule_terms(receipt.rule)
    return {
        "id": receipt.coupon_id,
        "name": rule_name(terms),
        **terms,
        "scope": [{"shops": [receipt.merchant]}],
        "stock": received,
        "per_shopper": None,
        "valid_days": VALID_DAYS,
    }


def open_feed(path: Path) -> Feed:
    """One template for each coupon of the receipts, and every row that is none. Raises ``CouponsUnreadable``."""
    rows: list[Row] = []
    first: dict[str, Receipt] = {}
    received: Counter[str] = Counter()
    for each in read_receipts(path):
        if isinstance(each, Refused):
            rows.append(Row(each.position, None, None, each.error))
            continue
        known = first.setdefault(each.coupon_id, each)
        if known.rule != each.rule:
            said = f"rule {each.rule} differs from {known.rule} on line {known.position}"
            rows.append(Row(each.position, each.coupon_id, None, InvalidRequest(said, field="Discount_rate")))
            continue
        received[each.coupon_id] += 1
    rows += [Row(each.position, each.coupon_id, template(each, received[each.coupon_id])) for each in first.values()]
    return Feed("receipts", len(rows), iter(sorted(rows, key=lambda row: row.position)))


def _receipt(position: int, cells: dict[str | Any, str | Any]) -> Receipt:
    if None in cells or None in cells.values():
        raise InvalidRequest("the row has more or fewer cells than the header")
    rule_terms(cells["Discount_rate"])
    for column in ("User_id", "Merchant_id", "Coupon_id"):
        if not cells[column].strip() or cells[column] == _NOTHING:
            raise InvalidRequest(f"{column} is empty", field=column)
    try:
        day = datetime.strptime(cells["Date_received"], "%Y%m%d").date()
    except ValueError:
        raise InvalidRequest(f"{cells['Date_received']!r} is no day like 20160712", field="Date_received") from None
    who, merchant, coupon = (cells[column].strip() for column in ("User_id", "Merchant_id", "Coupon_id"))
    return Receipt(position, who, merchant, coupon, cells["Discount_rate"].strip(), day)


def _open(path: Path) -> TextIO:
    with path.open("rb") as file:
        is_zipped = file.read(2) == _GZIP
    if is_zipped:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")
