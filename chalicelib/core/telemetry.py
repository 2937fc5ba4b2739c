"""One structured line per decision, Chinese unescaped, never personal data."""

import json
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


@cache
def logger() -> Logger:
    """The container's logger, built on first use so that importing a module reads no environment."""
    return Logger(service="zhaohui", json_serializer=_dumps)
