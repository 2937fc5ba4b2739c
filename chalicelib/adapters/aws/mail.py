"""E-mail through Amazon SES."""

from typing import TYPE_CHECKING, Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
)

from chalicelib.campaigns import Mail, MailOutcomeUnknown, MailRejected
from chalicelib.core.errors import Unavailable
from chalicelib.core.sealing import Sealer

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import MessageHeaderTypeDef

_REJECTED: Final = frozenset({"MessageRejected", "BadRequestException"})
_NOBODY_WAS_REACHED: Final = (ConnectTimeoutError, EndpointConnectionError)
_FIRST_SERVER_ERROR: Final = 500


class SesMailer:
    """``Mailer`` on SES v2. Its client must not retry by itself: SES has no idempotency key, a retry is a second mail."""

    def __init__(self, client: "SESV2Client", sender: str, sealer: Sealer) -> None:
        self._client = client
        self._sender = sender
        self._sealer = sealer

    def send(self, mail: Mail) -> str:
        opened = self._sealer.opened_within
        try:
            answer = self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [opened(mail.to)]},
                Content={
                    "Simple": {
                        "Subject": {"Data": opened(mail.subject), "Charset": "UTF-8"},
                        "Body": {"Text": {"Data": opened(mail.body), "Charset": "UTF-8"}},
                        "Headers": _headers(mail),
                    }
                },
                EmailTags=[{"Name": "send", "Value": mail.send_id}],
            )
        except ClientError as error:
            raise _translated(error) from error
        except _NOBODY_WAS_REACHED as error:
            raise Unavailable("the mail provider cannot be reached", retry_after_seconds=60) from error
        except (HTTPClientError, ConnectionClosedError) as error:
            raise MailOutcomeUnknown(type(error).__name__) from error
        except BotoCoreError as error:
            # Refused by the SDK before anything left this process.
            raise Unavailable("the mail could not be handed over", retry_after_seconds=60) from error
        return answer["MessageId"]


def _headers(mail: Mail) -> "list[MessageHeaderTypeDef]":
    """What makes a mail program show its own button to unsubscribe (RFC 8058); SES signs them."""
    if mail.unsubscribe_url is None:
        return []
    return [
        {"Name": "List-Unsubscribe", "Value": f"<{mail.unsubscribe_url}>"},
        {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
    ]


def _translated(error: ClientError) -> Exception:
    code = error.response["Error"]["Code"]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _REJECTED:
        # SES repeats the address in its message: the code alone says enough and is no personal data.
        return MailRejected(code)
    if status >= _FIRST_SERVER_ERROR:
        return MailOutcomeUnknown(code)
    return Unavailable(f"the mail provider refuses at present: {code}", retry_after_seconds=60)
