"""``serve``: the shop stays up on loopback until it is interrupted."""

import argparse
import json
import os
import signal
import threading
from pathlib import Path

from rich.console import Console

from infra.local.demo.seeding import seed_shoppers
from infra.local.imports import import_into
from infra.local.shop import LaptopShop


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="where to listen on 127.0.0.1 (default 8000; 0: any)")
    parser.add_argument("--catalog", type=Path, help="a catalogue to load instead of the demo shop")
    parser.add_argument("--empty", action="store_true", help="start without any product")
    parser.add_argument("--shoppers", action="store_true", help="with the demo's shoppers and their past, for /shop")
    parser.add_argument("--keys-file", type=Path, help="write base_url and the three keys here, as JSON, once ready")


def run(arguments: argparse.Namespace) -> int:
    console = Console()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with LaptopShop(port=arguments.port) as shop:
        if not arguments.empty:
            import_into(shop.services.catalog, arguments.catalog, console)
            shop.pump.drain()
        if arguments.shoppers and not arguments.empty:
            seed_shoppers(shop)
        if arguments.keys_file:
            _write_keys(arguments.keys_file, shop)
        _say_where(console, shop)
        stopped.wait()
        console.print("bye 再见")
    return 0


def _write_keys(path: Path, shop: LaptopShop) -> None:
    keys = {"base_url": shop.base_url} | {name: getattr(shop.keys, name) for name in ("search", "write", "admin")}
    # Written beside and moved, so that who waits for the file never reads half of it.
    half = path.with_name(path.name + ".part")
    half.write_text(json.dumps(keys, indent=2) + "\n")
    os.replace(half, path)


def _say_where(console: Console, shop: LaptopShop) -> None:
    console.print(f"\n召回 Zhaohui is up at [bold]{shop.base_url}[/] (Ctrl-C stops it and forgets everything)\n")
    for name in ("search", "write", "admin"):
        console.print(f"  {name:7} {getattr(shop.keys, name)}", highlight=False, soft_wrap=True)
    console.print(f"\n  the shop's page 店铺页面  [bold]{shop.base_url}/shop[/]")
    console.print(
        f"\nTry\n  curl '{shop.base_url}/v1/search?q=%E8%BF%9E%E8%A1%A3%E8%A3%99' "
        f"-H 'X-Algolia-API-Key: {shop.keys.search}'\n",
        highlight=False,
        soft_wrap=True,
    )
