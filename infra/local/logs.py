"""The laptop's CloudWatch: a file."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chalicelib.core.telemetry import logger


@contextmanager
def log_to_file(path: Path) -> Iterator[None]:
    """Write the shop's structured log to ``path`` instead of the terminal, for as long as the block lasts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = next(each for each in logger().handlers if isinstance(each, logging.StreamHandler))
    with path.open("a", encoding="utf-8") as file:
        before = handler.setStream(file)
        try:
            yield
        finally:
            handler.setStream(before or handler.stream)
