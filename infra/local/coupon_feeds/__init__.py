"""Files of coupons, each format in its own module; every row becomes a template or a refusal with its reason."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from chalicelib.catalog.feeds.files import FeedUnreadable, first_record
from infra.local.coupon_feeds import documents, litemall, receipts
from infra.local.coupon_feeds.rows import CouponsUnreadable, Document, Feed, Row

__all__ = ["FORMATS", "CouponsUnreadable", "Document", "Feed", "Row", "detect", "open_feed"]

_READERS: Final[Mapping[str, Callable[[Path], Feed]]] = {
    "litemall": litemall.open_feed,
    "receipts": receipts.open_feed,
    "jsonl": documents.open_jsonl,
    "csv": documents.open_csv,
}
FORMATS: Final = tuple(_READERS)


def detect(path: Path) -> str:
    """The format of a file or folder, by its name, columns or first record. Raises ``CouponsUnreadable`` when none fits."""
    if not path.exists():
        raise CouponsUnreadable(f"{path} does not exist")
    if path.is_dir() or path.name == litemall.FILE:
        return "litemall"
    if path.suffix.lower() in (".csv", ".gz"):
        return "receipts" if _has_receipts(path) else "csv"
    if isinstance(first_record(path), dict):
        return "jsonl"
    raise CouponsUnreadable(f"{path} is neither a litemall folder, nor CSV, nor a file with one JSON object a line")


def open_feed(path: Path, format_name: str = "auto") -> Feed:
    """The coupons at ``path``. Raises ``CouponsUnreadable`` for a file that cannot be read at all; single bad rows come out as
    refusals."""
    if not path.exists():
        raise CouponsUnreadable(f"{path} does not exist")
    try:
        return _READERS[detect(path) if format_name == "auto" else format_name](path)
    except (FeedUnreadable, UnicodeDecodeError) as error:
        raise CouponsUnreadable(str(error)) from None


def _has_receipts(path: Path) -> bool:
    try:
        next(receipts.read_receipts(path), None)
    except (CouponsUnreadable, UnicodeDecodeError):
        return False
    return True
