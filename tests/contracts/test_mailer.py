"""Mail through SES: the twin and moto take the same mail; every refusal is told as what it means for the shopper."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ParamValidationError, ReadTimeoutError

from chalicelib.adapters.aws.mail import SesMailer
from chalicelib.adapters.memory.campaigns import MemoryMailer
from chalicelib.adapters.memory.data_keys import MemoryDataKeys
from chalicelib.campaigns import Mail, Mailer, MailOutcomeUnknown, MailRejected
from chalicelib.core.errors import Unavailable
from chalicelib.core.ids import SeededRandomness
from chalicelib.core.sealing import Sealer
from chalicelib.wiring import foundation
from infra.local.cloud import LocalCloud

SENDER = "shop@example.com"
SEALER = Sealer(MemoryDataKeys(SeededRandomness("mailer")))
MAIL = Mail("li@example.com", "李雷，¥20 回归礼", "券码 23456789ABCDEF\n满 ¥100 可用", "send-1")


@pytest.fixture(params=["twin", "moto"])
def mailer(request: pytest.FixtureRequest) -> Iterator[Mailer]:
    if request.param == "twin":
        yield MemoryMailer()
        return
    with LocalCloud() as cloud:
        client = cloud.client("sesv2")
        client.create_email_identity(EmailIdentity=SENDER)
        yield SesMailer(client, SENDER, SEALER)


def test_a_mail_is_taken_and_gets_an_id_of_its_own(mailer: Mailer) -> None:
    first, second = mailer.send(MAIL), mailer.send(MAIL)
    assert first
    assert first != second


def test_chinese_arrives_as_it_was_written() -> None:
    from moto.ses.models import ses_backends

    with LocalCloud() as cloud:
        cloud.client("sesv2").create_email_identity(EmailIdentity=SENDER)
        SesMailer(cloud.client("sesv2"), SENDER, SEALER).send(MAIL)
        (taken,) = ses_backends["123456789012"]["us-east-1"].sent_messages
    assert (taken.subject, taken.body, taken.source) == (MAIL.subject, MAIL.body, SENDER)
    assert taken.destinations["ToAddresses"] == ["li@example.com"]


class Noting:
    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def send_email(self, **asked: Any) -> Any:
        self.asked.append(asked)
        return {"MessageId": "1"}


def test_what_is_sealed_is_opened_here_and_nowhere_else() -> None:
    client = Noting()
    name = SEALER.seal("王收", "li")
    sealed = Mail(SEALER.seal("li@example.com", "li"), f"{name}，您好", f"致 {name}：\n回来吧", "send-1")
    SesMailer(client, SENDER, SEALER).send(sealed)  # type: ignore[arg-type]
    (asked,) = client.asked
    assert asked["Destination"]["ToAddresses"] == ["li@example.com"]
    assert asked["Content"]["Simple"]["Subject"]["Data"] == "王收，您好"
    assert asked["Content"]["Simple"]["Body"]["Text"]["Data"] == "致 王收：\n回来吧"


def test_a_mail_with_a_way_out_says_so_to_mail_programs() -> None:
    client = Noting()
    mailer = SesMailer(client, SENDER, SEALER)  # type: ignore[arg-type]
    mailer.send(replace(MAIL, unsubscribe_url="https://shop.example/v1/unsubscribe/t"))
    mailer.send(MAIL)
    with_link, without = (asked["Content"]["Simple"]["Headers"] for asked in client.asked)
    assert with_link == [
        {"Name": "List-Unsubscribe", "Value": "<https://shop.example/v1/unsubscribe/t>"},
        {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
    ]
    assert without == []


class Refusing:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def send_email(self, **_: Any) -> Any:
        raise self.error


def refused(code: str, status: int = 400) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": "li@example.com"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "SendEmail")


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (refused("MessageRejected"), MailRejected),
        (refused("BadRequestException"), MailRejected),
        (refused("TooManyRequestsException", 429), Unavailable),
        (refused("LimitExceededException"), Unavailable),
        (refused("SendingPausedException"), Unavailable),
        (refused("AccessDeniedException", 403), Unavailable),
        (refused("InternalFailure", 500), MailOutcomeUnknown),
        (ReadTimeoutError(endpoint_url="https://ses"), MailOutcomeUnknown),
        (ConnectTimeoutError(endpoint_url="https://ses"), Unavailable),
        (ParamValidationError(report="bad"), Unavailable),
    ],
    ids=lambda value: getattr(value, "__name__", None) or str(value)[:40],
)
def test_a_refusal_is_told_as_what_it_means(error: Exception, meaning: type[Exception]) -> None:
    with pytest.raises(meaning) as told:
        SesMailer(Refusing(error), SENDER, SEALER).send(MAIL)  # type: ignore[arg-type]
    assert "li@example.com" not in str(told.value)


def test_the_sdk_never_repeats_a_mail_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    retries = foundation._boto3_client("sesv2").meta.config.retries
    assert retries["total_max_attempts"] == 1
