"""Facts that the templates and policies must hold, whatever is added to them."""

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from app import app
from chalicelib.core.settings import Settings
from infra.template import APP_TEMPLATE, DATA_TEMPLATE, read_template, resources_of

ROOT = Path(__file__).parents[2]
DATA = read_template(DATA_TEMPLATE)
APP = read_template(APP_TEMPLATE)
FUNCTIONS = resources_of(
    {"Resources": {name: each for name, each in APP["Resources"].items() if "Type" in each}},
    "AWS::Serverless::Function",
)
FOLDERS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
CHALICE_FUNCTIONS = ["api_handler", *(source.name for source in app.event_sources)]
STAGES = json.loads((ROOT / ".chalice" / "config.json").read_text())["stages"]
ENVIRONMENT = APP["Globals"]["Function"]["Environment"]["Variables"]


def _function(folder: str) -> dict[str, Any]:
    handler = f"functions.{folder}.handler.handle"
    (found,) = [each["Properties"] for each in FUNCTIONS.values() if each["Properties"]["Handler"] == handler]
    return dict(found)


def _policies() -> dict[str, dict[str, Any]]:
    """Every policy document, by the name of its function."""
    policies = {name: json.loads((ROOT / ".chalice" / f"policy-{name}.json").read_text()) for name in CHALICE_FUNCTIONS}
    for name, function in FUNCTIONS.items():
        role, attribute = function["Properties"]["Role"]["Fn::GetAtt"]
        assert attribute == "Arn"
        (policy,) = APP["Resources"][role]["Properties"]["Policies"]
        policies[name] = policy["PolicyDocument"]
    return policies


def _imports(value: Any) -> Iterator[str]:
    """The names that ``value`` imports from the stateful stack."""
    match value:
        case {"Fn::ImportValue": {"Fn::Sub": str(name)}}:
            yield name
        case dict():
            for each in value.values():
                yield from _imports(each)
        case list():
            for each in value:
                yield from _imports(each)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_every_function_folder_has_one_resource_and_every_resource_a_folder() -> None:
    handlers = sorted(each["Properties"]["Handler"] for each in FUNCTIONS.values())
    assert handlers == [f"functions.{folder}.handler.handle" for folder in FOLDERS]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_function_answers_for_each_record_and_loses_none(folder: str) -> None:
    function = _function(folder)
    (source,) = function["Events"].values()
    properties = source["Properties"]
    assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    if source["Type"] == "SQS":
        queue = _queue_of(properties["Queue"])
        assert queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0] in DATA["Resources"]
    else:
        assert properties["BisectBatchOnFunctionError"] is True
        assert properties["MaximumRetryAttempts"] > 0
        destination = properties["DestinationConfig"]["OnFailure"]
        assert _queue_of(destination["Destination"])
        may_send = [each for each in _policies_of(folder) if "sqs:SendMessage" in each["Action"]]
        assert destination["Destination"] in [each["Resource"] for each in may_send]


def _policies_of(folder: str) -> list[dict[str, Any]]:
    (name,) = [
        name for name, each in FUNCTIONS.items() if each["Properties"]["Handler"].startswith(f"functions.{folder}.")
    ]
    return list(_policies()[name]["Statement"])


def _queue_of(imported: dict[str, Any]) -> dict[str, Any]:
    (name,) = _imports(imported)
    (output,) = [each for each in DATA["Outputs"].values() if each["Export"]["Name"] == {"Fn::Sub": name}]
    properties = DATA["Resources"][output["Value"]["Fn::GetAtt"][0]]["Properties"]
    return dict(properties)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_message_in_work_is_not_handed_out_again(folder: str) -> None:
    function = _function(folder)
    (source,) = function["Events"].values()
    if source["Type"] != "SQS":
        return
    window = source["Properties"].get("MaximumBatchingWindowInSeconds", 0)
    assert _queue_of(source["Properties"]["Queue"])["VisibilityTimeout"] >= 6 * function["Timeout"] + window


def test_every_dead_letter_and_failure_queue_rings_an_alarm() -> None:
    queues = [name for name in resources_of(DATA, "AWS::SQS::Queue") if "DeadLetters" in name or "Failures" in name]
    alarms = resources_of(
        {"Resources": {k: v for k, v in APP["Resources"].items() if "Type" in v}}, "AWS::CloudWatch::Alarm"
    )
    watched = {name for alarm in alarms.values() for name in _imports(alarm["Properties"]["Dimensions"])}
    exports = {
        output["Export"]["Name"]["Fn::Sub"]: output["Value"]["Fn::GetAtt"][0]
        for output in DATA["Outputs"].values()
        if "QueueName" in str(output["Value"])
    }
    assert {exports[name] for name in watched} == set(queues)
    assert len(queues) == 5


@pytest.mark.parametrize("name", sorted(_policies()))
def test_no_policy_allows_everything(name: str) -> None:
    for statement in _policies()[name]["Statement"]:
        for action in _as_list(statement["Action"]):
            assert "*" not in action
        for resource in _as_list(statement["Resource"]):
            assert resource != "*"
            assert "*" not in str(resource).split("/")[0]


def test_no_two_functions_share_a_policy() -> None:
    roles = [each["Properties"]["Role"]["Fn::GetAtt"][0] for each in FUNCTIONS.values()]
    assert len(set(roles)) == len(FUNCTIONS)


@pytest.mark.parametrize("stage", STAGES)
def test_each_of_chalices_functions_has_its_own_policy_in_every_stage(stage: str) -> None:
    configured = STAGES[stage]["lambda_functions"]
    assert {name: each["iam_policy_file"] for name, each in configured.items()} == {
        name: f"policy-{name}.json" for name in CHALICE_FUNCTIONS
    }


def test_everything_that_is_imported_is_exported_by_the_stateful_stack() -> None:
    exported = {output["Export"]["Name"]["Fn::Sub"] for output in DATA["Outputs"].values()}
    imported = set(_imports([APP, _policies()]))
    assert imported <= exported
    assert exported - imported == set()


def test_every_variable_is_a_setting() -> None:
    assert set(ENVIRONMENT) <= {f"ZHAOHUI_{field.name.upper()}" for field in fields(Settings)}


@pytest.mark.parametrize(
    "field", [field.name for field in fields(Settings) if field.name.endswith(("_table", "_url", "_endpoint"))]
)
def test_every_setting_that_names_a_resource_is_given(field: str) -> None:
    assert f"ZHAOHUI_{field.upper()}" in ENVIRONMENT


def test_what_api_gateway_refuses_itself_is_readable_json_with_a_cors_header() -> None:
    for kind, answer in APP["Resources"]["RestAPI"]["Properties"]["GatewayResponses"].items():
        assert answer["ResponseParameters"]["Headers"]["Access-Control-Allow-Origin"] == "'*'", kind
        text = answer["ResponseTemplates"]["application/json"].replace("$context.error.messageString", '"no"')
        body = json.loads(text)
        assert body["error"]["code"]
        assert body["error"]["message"] == body["message"]
        assert body.get("status") == answer.get("StatusCode")


def test_an_unknown_route_is_answered_like_any_other_missing_thing() -> None:
    answer = APP["Resources"]["RestAPI"]["Properties"]["GatewayResponses"]["MISSING_AUTHENTICATION_TOKEN"]
    assert answer["StatusCode"] == 404
    assert json.loads(answer["ResponseTemplates"]["application/json"])["error"]["code"] == "no_such_route"


def test_data_outlive_their_stack() -> None:
    for name, resource in DATA["Resources"].items():
        assert resource["DeletionPolicy"] == "Retain", name
        assert resource["UpdateReplacePolicy"] == "Retain", name


def test_every_function_writes_to_a_log_group_that_forgets() -> None:
    for name, resource in APP["Resources"].items():
        if resource.get("Type", "AWS::Serverless::Function") == "AWS::Serverless::Function" and name != "RestAPI":
            group = APP["Resources"][resource["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]]
            assert group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
