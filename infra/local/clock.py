"""``clock``: move the clock of a running laptop shop, so that schedules fire."""

import argparse
import re

from infra.local.client import DEFAULT_URL, ShopClient

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def duration_seconds(text: str) -> int:
    """``3d``, ``12h``, ``30m``, ``45s`` or ``1d12h`` in seconds."""
    if not re.fullmatch(r"(\d+[smhd])+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no duration such as 3d, 12h or 1d12h")
    return sum(int(count) * _UNITS[unit] for count, unit in re.findall(r"(\d+)([smhd])", text))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--advance", type=duration_seconds, default=0, metavar="3d", help="how far (default: only show)"
    )
    parser.add_argument("--url", default=DEFAULT_URL, help=f"the running shop (default {DEFAULT_URL})")
    parser.add_argument("--key", required=True, help="its admin key")


def run(arguments: argparse.Namespace) -> int:
    shop = ShopClient(arguments.url, arguments.key)
    answer = shop.call("POST", "/_local/clock", {"advance_seconds": arguments.advance})
    fired = ", ".join(answer["fired"]) or "none"
    print(f"the shop's clock says {answer['now']}; schedules fired: {fired}")
    return 0
