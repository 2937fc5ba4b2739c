"""Data keys wrapped by AWS KMS: the key that wraps them never leaves it."""

from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.core.errors import Unavailable
from chalicelib.core.sealing import SECRET_BYTES

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

_CONTEXT: Final = {"for": "zhaohui personal data"}
"""KMS opens a wrapped key only for who says the same again, and writes it into CloudTrail."""


class KmsKeyWrapper:
    """``KeyWrapper`` on KMS; ``key_id`` is the wrapping key's ARN."""

    def __init__(self, client: "KMSClient", key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    def new(self) -> tuple[bytes, bytes]:
        try:
            made = self._client.generate_data_key(
                KeyId=self._key_id, NumberOfBytes=SECRET_BYTES, EncryptionContext=_CONTEXT
            )
        except (ClientError, BotoCoreError) as error:
            raise _unreachable() from error
        return made["Plaintext"], made["CiphertextBlob"]

    def unwrap(self, wrapped: bytes) -> bytes:
        try:
            answer = self._client.decrypt(KeyId=self._key_id, CiphertextBlob=wrapped, EncryptionContext=_CONTEXT)
        except (ClientError, BotoCoreError) as error:
            raise _unreachable() from error
        return answer["Plaintext"]


def _unreachable() -> Unavailable:
    return Unavailable("the key of personal data cannot be reached", retry_after_seconds=5)
