"""Tables and queues made from the template have what the template says."""

import json

from infra.local.cloud import LocalCloud
from infra.local.tables import create_queues
from tests.support.stores import Store


def test_tables_have_the_streams_and_expiry_of_the_template(store: Store) -> None:
    streams = {}
    expiry = {}
    for name in ("catalog", "events", "shoppers", "marketing"):
        table = getattr(store.names, name)
        streams[name] = (
            store.client.describe_table(TableName=table)["Table"].get("StreamSpecification", {}).get("StreamViewType")
        )
        told = store.client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
        expiry[name] = told.get("AttributeName")
    assert streams == {
        "catalog": "NEW_AND_OLD_IMAGES",
        "events": "NEW_IMAGE",
        "shoppers": "NEW_AND_OLD_IMAGES",
        "marketing": None,
    }
    assert expiry == {"catalog": None, "events": "ttl", "shoppers": "ttl", "marketing": "ttl"}


def test_a_change_can_be_read_from_the_stream(store: Store) -> None:
    store.client.put_item(TableName=store.names.catalog, Item={"pk": {"S": "P#1"}, "sk": {"S": "P"}})
    streams = store.connect("dynamodbstreams")
    arn = store.client.describe_table(TableName=store.names.catalog)["Table"]["LatestStreamArn"]
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
    (record,) = streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    assert record["eventName"] == "INSERT"
    assert record["dynamodb"]["Keys"] == {"pk": {"S": "P#1"}, "sk": {"S": "P"}}


def test_a_message_tried_five_times_goes_to_the_dead_letters() -> None:
    with LocalCloud() as cloud:
        sqs = cloud.client("sqs")
        urls = create_queues(sqs, "test")
        for url, dead_letters in (
            (urls.events, urls.events_dead_letters),
            (urls.campaigns, urls.campaigns_dead_letters),
        ):
            redrive = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])["Attributes"][
                "RedrivePolicy"
            ]
            arn = sqs.get_queue_attributes(QueueUrl=dead_letters, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
            assert json.loads(redrive) == {"deadLetterTargetArn": arn, "maxReceiveCount": 5}
