"""An alarm stands on every metric that coupons count, under the name and the dimension that they are counted by."""

import json
import re
from io import StringIO
from logging import StreamHandler
from pathlib import Path

import pytest

from chalicelib.adapters.aws.alert_bell import METRICS
from chalicelib.core.telemetry import METRICS as NAMESPACE
from chalicelib.core.telemetry import count, logger
from infra.template import APP_TEMPLATE, read_template

ROOT = Path(__file__).parents[2]
ALARMS = {
    each["Properties"]["MetricName"]: each["Properties"]
    for each in read_template(APP_TEMPLATE)["Resources"].values()
    if each.get("Type") == "AWS::CloudWatch::Alarm" and each["Properties"]["Namespace"] == NAMESPACE
}


@pytest.mark.parametrize("metric", [*METRICS.values(), "CouponGuardHits"])
def test_an_alarm_stands_on_the_metric_as_it_is_counted(metric: str) -> None:
    text = StringIO()
    handler = next(each for each in logger().handlers if isinstance(each, StreamHandler))
    before = handler.setStream(text)
    try:
        count(metric, "dev", "说明", {"coupon_id": "flash"})
    finally:
        handler.setStream(before)
    line = json.loads(text.getvalue())
    (counted,) = line["_aws"]["CloudWatchMetrics"]
    assert (counted["Namespace"], counted["Metrics"][0]["Name"], line["message"]) == (NAMESPACE, metric, "说明")
    dimensions = {each["Name"]: each["Value"] for each in ALARMS[metric]["Dimensions"]}
    assert (counted["Dimensions"], set(dimensions)) == ([["stage"]], {"stage"})
    assert line["stage"] == "dev"


def test_every_alarm_of_ours_is_on_a_metric_that_is_counted() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "chalicelib").rglob("*.py"))
    assert all(re.search(rf'"{name}"', source) for name in ALARMS)
