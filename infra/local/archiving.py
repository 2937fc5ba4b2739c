"""``archive``: the events of past days out of the archive of a deployed shop, as JSON lines.

``cat --bucket NAME --day 2026-11-22 [--shopper ID]`` writes each event once; ``days --bucket NAME`` lists the days there are.
"""

import argparse
import sys
from datetime import date
from typing import BinaryIO

from chalicelib.core.settings import Settings
from chalicelib.events import EventArchive, archived_events, encode_event
from chalicelib.wiring import Services


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("cat", "days"))
    parser.add_argument("--bucket", required=True, help="the bucket, as the stateful stack's output names it")
    parser.add_argument("--day", type=date.fromisoformat, metavar="DAY", help="in UTC, when the events were recorded")
    parser.add_argument("--shopper", metavar="ID", help="only events told under this id")


def run(arguments: argparse.Namespace) -> int:
    archive = Services(Settings(archive_bucket=arguments.bucket)).event_archive
    return act(archive, arguments, sys.stdout.buffer)


def act(archive: EventArchive, arguments: argparse.Namespace, out: BinaryIO) -> int:
    """Do it with ``archive``; the exit code."""
    if arguments.action == "days":
        out.writelines(f"{day}\n".encode() for day in archive.days())
        return 0
    if arguments.day is None:
        print("cat needs --day", file=sys.stderr)
        return 2
    for event in archived_events(archive, arguments.day):
        if arguments.shopper in (None, event.shopper_id):
            out.write(encode_event(event).encode() + b"\n")
    return 0
