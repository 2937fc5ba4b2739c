"""The event archive in an S3 bucket: ``events/day=2026-11-22/<name>``, as Athena and Spark read partitions."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, HTTPClientError

from chalicelib.core.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FOLDER = "events/"
_DAY = "day="


class S3EventArchive:
    """``EventArchive`` on S3."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, day: date, name: str, content: bytes) -> None:
        key = f"{_folder(day)}{name}"
        _call(self._client.put_object, Bucket=self._bucket, Key=key, Body=content, ContentType="application/gzip")

    def files(self, day: date) -> Iterator[bytes]:
        for page in self._pages(Prefix=_folder(day)):
            for entry in page.get("Contents", []):
                yield _call(self._client.get_object, Bucket=self._bucket, Key=entry["Key"])["Body"].read()

    def days(self) -> Iterator[date]:
        for page in self._pages(Prefix=FOLDER, Delimiter="/"):
            for entry in page.get("CommonPrefixes", []):
                yield date.fromisoformat(entry["Prefix"].removeprefix(FOLDER + _DAY).removesuffix("/"))

    def _pages(self, **asked: str) -> Iterator[Any]:
        after: dict[str, str] = {}
        while True:
            page = _call(self._client.list_objects_v2, Bucket=self._bucket, **asked, **after)
            yield page
            if not page.get("IsTruncated"):
                return
            after = {"ContinuationToken": page["NextContinuationToken"]}


def _folder(day: date) -> str:
    return f"{FOLDER}{_DAY}{day.isoformat()}/"


def _call(method: Callable[..., Any], **arguments: Any) -> Any:
    try:
        return method(**arguments)
    except (ClientError, HTTPClientError) as error:
        raise Unavailable("the archive does not answer, try again") from error
