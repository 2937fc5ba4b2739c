"""What commands that ask a running shop over HTTP have in common: its address, an admin key, and saying why it did not work."""

import argparse
import os
from collections.abc import Callable

from rich.console import Console
from urllib3.exceptions import HTTPError

from infra.local.client import DEFAULT_URL, CallRefused, ShopClient

KEY_VARIABLE = "ZHAOHUI_ADMIN_KEY"


def add_shop_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", default=DEFAULT_URL, help=f"the shop (default {DEFAULT_URL}: the one of `serve`)")
    parser.add_argument("--key", help=f"an admin key of the shop (default: the environment's {KEY_VARIABLE})")


def with_shop(arguments: argparse.Namespace, act: Callable[[ShopClient, Console], int]) -> int:
    """What ``act`` answers; 2 when nothing could be asked."""
    console = Console(highlight=False)
    key = arguments.key or os.environ.get(KEY_VARIABLE)
    if not key:
        return _say_failed(console, f"an admin key is needed: --key KEY or {KEY_VARIABLE}")
    try:
        return act(ShopClient(arguments.url, key), console)
    except CallRefused as error:
        return _say_failed(console, str(error))
    except HTTPError as error:
        return _say_failed(console, f"no shop answers at {arguments.url}: {error}")


def _say_failed(console: Console, reason: str) -> int:
    console.print(f"[red]✗[/] {reason}", soft_wrap=True)
    return 2
