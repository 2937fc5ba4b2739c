"""moto as it is run here: a refused transaction leaves no trace, and nothing that was copied is kept."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.stores import moto_store

ABSENT = "attribute_not_exists(pk)"


def key(name: str) -> dict[str, Any]:
    return {"pk": {"S": name}, "sk": {"S": "x"}}


def everything(client: Any, table: str) -> list[Any]:
    return sorted(client.scan(TableName=table)["Items"], key=str)


def test_a_transaction_that_is_refused_leaves_every_item_and_the_stream_as_they_were() -> None:
    with moto_store() as store:
        client, table = store.client, store.names.shoppers
        client.put_item(TableName=table, Item={**key("old"), "n": {"N": "1"}})
        client.put_item(TableName=table, Item=key("doomed"))
        before, told = everything(client, table), streamed(store.connect, client, table)
        put = {"Put": {"TableName": table, "Item": key("new")}}
        values = {":one": {"N": "1"}}
        update = {"TableName": table, "Key": key("old"), "UpdateExpression": "ADD n :one"}
        delete = {"Delete": {"TableName": table, "Key": key("doomed")}}
        refused = {"Put": {"TableName": table, "Item": key("old"), "ConditionExpression": ABSENT}}
        other = {"Put": {"TableName": store.names.marketing, "Item": key("new")}}
        moving = {"Update": {**update, "ExpressionAttributeValues": values}}
        refused_otherwise = {"Put": {"TableName": table, "Item": key("doomed"), "ConditionExpression": ABSENT}}
        for writes in ([put, moving, other, refused_otherwise], [put, delete, other, refused]):
            with pytest.raises(ClientError, match="TransactionCanceled"):
                client.transact_write_items(TransactItems=writes)
            assert everything(client, table) == before
            assert everything(client, store.names.marketing) == []
            assert streamed(store.connect, client, table) == told
        client.transact_write_items(TransactItems=[put, moving, delete, other])
        assert [each["pk"]["S"] for each in everything(client, table)] == ["new", "old"]
        assert len(streamed(store.connect, client, table)) == len(told) + 3


def test_a_transaction_on_one_item_twice_changes_nothing() -> None:
    with moto_store() as store:
        write = {"Put": {"TableName": store.names.shoppers, "Item": key("new")}}
        with pytest.raises(ClientError):
            store.client.transact_write_items(TransactItems=[write, write])
        assert everything(store.client, store.names.shoppers) == []


def test_a_query_finds_its_partition_in_pages_and_the_index_finds_all() -> None:
    with moto_store() as store:
        client, table = store.client, store.names.shoppers
        for number in range(6):
            place = {"pk": {"S": f"p{number % 2}"}, "sk": {"S": f"{number}"}}
            client.put_item(TableName=table, Item={**place, "lpk": {"S": "all"}, "lsk": {"S": f"{number}"}})

        def found(condition: str, **options: Any) -> list[str]:
            pages = client.get_paginator("query").paginate(
                TableName=table, KeyConditionExpression=condition, PaginationConfig={"PageSize": 2}, **options
            )
            return [each["sk"]["S"] for page in pages for each in page["Items"]]

        def of(partition: str) -> dict[str, Any]:
            return {"ExpressionAttributeValues": {":pk": {"S": partition}}}

        assert found("pk = :pk", **of("p1")) == ["1", "3", "5"]
        assert found("pk = :pk", **of("p1"), ScanIndexForward=False) == ["5", "3", "1"]
        assert found("pk = :pk", **of("none")) == []
        assert found("lpk = :pk", **of("all"), IndexName="lists") == ["0", "1", "2", "3", "4", "5"]
        assert len(everything(client, table)) == 6


def test_what_was_copied_is_forgotten() -> None:
    from moto.dynamodb.models.dynamo_type import Item

    with moto_store() as store:
        for number in range(20):
            put = {"Put": {"TableName": store.names.shoppers, "Item": key(f"{number}")}}
            store.client.transact_write_items(TransactItems=[put])
            store.client.query(
                TableName=store.names.shoppers,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": f"{number}"}},
            )
        assert len(Item.instances_tracked) == 0  # type: ignore[attr-defined]


def streamed(connect: Any, client: Any, table: str) -> list[str]:
    """The kinds of all changes that the table's stream tells."""
    streams, arn = connect("dynamodbstreams"), client.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    at = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
    return [each["eventName"] for each in streams.get_records(ShardIterator=at["ShardIterator"])["Records"]]
