"""One structured line per decision, Chinese unescaped, never personal data."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

METRICS: Final = "Zhaohui"
"""The namespace of our metrics in CloudWatch."""


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


@cache
def logger() -> Logger:
    """The container's logger, built on first use so that importing a module reads no environment."""
    return Logger(service="zhaohui", json_serializer=_dumps)


def count(metric: str, stage: str, message: str, about: Mapping[str, Any]) -> None:
    """Count 1 for ``metric`` of ``stage``, by a line of the log in CloudWatch's embedded metric format."""
    counted = EphemeralMetrics(namespace=METRICS)
    counted.add_metric(metric, unit=MetricUnit.Count, value=1)
    counted.add_dimension("stage", stage)
    logger().warning(message, extra={**about, **counted.serialize_metric_set()})
