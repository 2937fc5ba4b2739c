"""Tables and queues made from ``infra/data.yaml`` itself, so that tests and the laptop use what production uses."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from infra.template import DATA_TEMPLATE, read_template, resolve, resources_of

# What CloudFormation sets through other calls than CreateTable, or what a laptop has no use for.
_NOT_AT_CREATION = ("TimeToLiveSpecification", "PointInTimeRecoverySpecification", "SSESpecification")

ACCOUNT = "123456789012"
"""The account of the laptop's cloud."""


@dataclass(frozen=True, slots=True)
class TableNames:
    """The names of the four tables."""

    catalog: str
    events: str
    shoppers: str
    marketing: str


@dataclass(frozen=True, slots=True)
class QueueUrls:
    """The addresses of the queues; ``*_dead_letters`` hold what was tried too often, ``*_failures`` what streams gave up."""

    events: str
    events_dead_letters: str
    campaigns: str
    campaigns_dead_letters: str
    index_failures: str
    profile_failures: str
    archive_failures: str


def create_tables(client: Any, prefix: str) -> TableNames:
    """Create the tables of ``infra/data.yaml`` under ``prefix`` with their indexes, streams and TTL."""
    names = {}
    for logical_id, resource in _resources("AWS::DynamoDB::Table").items():
        properties = resolve(resource["Properties"], {"Prefix": prefix}, _no_attribute)
        wanted = {name: value for name, value in properties.items() if name not in _NOT_AT_CREATION}
        if "StreamSpecification" in wanted:
            # CloudFormation takes a view type alone to mean: switched on.
            wanted["StreamSpecification"] = {"StreamEnabled": True, **wanted["StreamSpecification"]}
        client.create_table(**wanted)
        if "TimeToLiveSpecification" in properties:
            client.update_time_to_live(
                TableName=wanted["TableName"], TimeToLiveSpecification=properties["TimeToLiveSpecification"]
            )
        names[_field(logical_id, "Table")] = wanted["TableName"]
    return TableNames(**names)


def delete_tables(client: Any, names: TableNames) -> None:
    """Remove the four tables."""
    for name in (names.catalog, names.events, names.shoppers, names.marketing):
        client.delete_table(TableName=name)


def create_queues(client: Any, prefix: str) -> QueueUrls:
    """Create the queues of ``infra/data.yaml`` under ``prefix``, dead-letter queues first."""
    queues = _resources("AWS::SQS::Queue")
    urls: dict[str, str] = {}

    def attribute(logical_id: str, name: str) -> str:
        known = client.get_queue_attributes(QueueUrl=urls[logical_id], AttributeNames=[f"Queue{name}"])
        return str(known["Attributes"][f"Queue{name}"])

    for logical_id in sorted(queues, key=lambda each: "RedrivePolicy" in queues[each]["Properties"]):
        wanted = resolve(queues[logical_id]["Properties"], {"Prefix": prefix}, attribute)
        name = wanted.pop("QueueName")
        attributes = {key: value if isinstance(value, str) else json.dumps(value) for key, value in wanted.items()}
        urls[logical_id] = client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return QueueUrls(**{_field(logical_id, "Queue"): url for logical_id, url in urls.items()})


def create_archive(client: Any, prefix: str) -> str:
    """Create the bucket of the event archive; its name."""
    (bucket,) = _resources("AWS::S3::Bucket").values()
    names = {"Prefix": prefix, "AWS::AccountId": ACCOUNT}
    name: str = resolve(bucket["Properties"]["BucketName"], names, _no_attribute)
    client.create_bucket(Bucket=name)
    return name


@cache
def _resources(kind: str) -> Mapping[str, Any]:
    return resources_of(read_template(DATA_TEMPLATE), kind)


def _field(logical_id: str, kind: str) -> str:
    """``EventsDeadLettersQueue`` as ``events_dead_letters``."""
    name = logical_id.removesuffix(kind)
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def _no_attribute(logical_id: str, name: str) -> str:
    raise LookupError(f"a table may not depend on {logical_id}.{name}")
