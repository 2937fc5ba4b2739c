"""The laptop shop, put together: cloud, tables, queues, handlers, clock, keys, HTTP."""

import importlib
import json
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from chalicelib import wiring
from chalicelib.core.access import Scope, new_key
from chalicelib.core.clock import MovableClock
from chalicelib.core.settings import Settings, read_settings
from infra.local.cloud import REGION, LocalCloud
from infra.local.control import LocalControl
from infra.local.gateway import Gateway
from infra.local.logs import log_to_file
from infra.local.pump import Pump, Schedule, rate_interval
from infra.local.server import Server
from infra.local.shop_page import ShopPage
from infra.local.sources import Handler, QueueSource, StreamSource
from infra.local.tables import create_archive, create_queues, create_tables

PREFIX = "zhaohui"
LOG_FILE = Path("build") / "laptop.log"


@dataclass(frozen=True)
class Keys:
    """The three API keys of the laptop shop, in clear: they die with the process."""

    search: str
    write: str
    admin: str


@dataclass(frozen=True)
class Mail:
    """A message as SES was given it."""

    to: list[str]
    subject: str


class LaptopShop:
    """A whole shop in this process, serving HTTP on loopback for as long as the block lasts.

    Its data key lies in its own tables, or, with ``has_kms``, is wrapped by moto's KMS.

    With ``pumped`` queues, streams and schedules run in the background; without, ``pump.drain()`` runs them on demand.
    """

    def __init__(
        self, *, port: int = 0, pumped: bool = True, start: datetime | None = None, has_kms: bool = False
    ) -> None:
        self._stack = ExitStack()
        self._port = port
        self._pumped = pumped
        self._has_kms = has_kms
        self.clock = MovableClock(start or datetime.now(UTC), running=True)
        self.cloud = LocalCloud()
        self.page_shoppers: list[dict[str, str]] = []
        """``id``, ``name`` and ``about`` of whom the page at ``/shop`` lets one be."""

    def __enter__(self) -> Self:
        try:
            self._open()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _open(self) -> None:
        self._stack.enter_context(self.cloud)
        tables = create_tables(self.cloud.client("dynamodb"), PREFIX)
        self.queues = create_queues(self.cloud.client("sqs"), PREFIX)
        settings = replace(
            Settings(),
            catalog_table=tables.catalog,
            events_table=tables.events,
            shoppers_table=tables.shoppers,
            marketing_table=tables.marketing,
            events_queue_url=self.queues.events,
            campaigns_queue_url=self.queues.campaigns,
            archive_bucket=create_archive(self.cloud.client("s3"), PREFIX),
            semantic=read_settings().semantic,
            sealing_key=self._sealing_key(),
        )
        self.cloud.client("sesv2").create_email_identity(EmailIdentity=settings.mail_from)
        self.services = wiring.Services(settings, clock=self.clock, client=self.cloud.client)
        wiring.install(self.services)
        self._stack.callback(wiring.install, None)
        # Built before the server's threads could each build their own.
        _ = self.services.search, self.services.indexing
        self._stack.enter_context(log_to_file(LOG_FILE))
        self.keys = self._issue_keys()
        app = importlib.import_module("app").app
        self.pump = self._make_pump(app, settings)
        control = LocalControl(Gateway(app), self.clock, self.pump)
        page = ShopPage(control, self._page_config)
        self.base_url = self._stack.enter_context(Server(page, self._port)).base_url
        # Known only now: the port may be any.
        self.services.settings = replace(settings, public_url=self.base_url)
        if self._pumped:
            self.pump.start()
            self._stack.callback(self.pump.stop)

    def _sealing_key(self) -> str:
        if not self._has_kms:
            return "local"
        key: str = self.cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
        return key

    def sent_mails(self) -> list[Mail]:
        """What SES was given to send, in order."""
        from moto.core import DEFAULT_ACCOUNT_ID
        from moto.ses.models import ses_backends

        sent = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
        return [Mail(list(each.destinations["ToAddresses"]), each.subject) for each in sent]

    def redeliver_pages(self) -> int:
        """Put every campaign page message that was delivered on its queue once more, as SQS may; how many there were."""
        pages = self._pages.delivered
        for body in list(pages):
            self.cloud.client("sqs").send_message(QueueUrl=self.services.settings.campaigns_queue_url, MessageBody=body)
        return len(pages)

    def _page_config(self) -> dict[str, Any]:
        """What the page at ``/shop`` is told: everybody on the web may read it."""
        return {
            "base_url": self.base_url,
            "search_key": self.keys.search,
            "index": self.services.settings.search_index,
            "shoppers": self.page_shoppers,
        }

    def _issue_keys(self) -> Keys:
        secrets = {}
        for scope in Scope:
            secret, record = new_key(scope, f"laptop {scope}", self.clock.now(), self.services.randomness)
            self.services.api_keys.put(record)
            secrets[str(scope)] = secret
        return Keys(**secrets)

    def _make_pump(self, app: Any, settings: Settings) -> Pump:
        sqs = self.cloud.client("sqs")
        self._pages = QueueSource("deliver_campaign", sqs, settings.campaigns_queue_url, _handler("deliver_campaign"))
        sources = [
            QueueSource("record_events", sqs, settings.events_queue_url, _handler("record_events")),
            self._stream("project_profiles", settings.events_table, self.queues.profile_failures),
            self._stream("archive_events", settings.events_table, self.queues.archive_failures),
            self._stream("retag_shoppers", settings.shoppers_table, self.queues.profile_failures),
            self._stream("index_products", settings.catalog_table, self.queues.index_failures),
            self._pages,
        ]
        return Pump(sources, self._make_schedules(app), self.clock)

    def _stream(self, name: str, table: str, failures_url: str) -> StreamSource:
        """A stream's worker; what it cannot do goes to the on-failure queue, as an event source mapping sends it."""

        def give_up(record: dict[str, Any]) -> None:
            number = record["dynamodb"]["SequenceNumber"]
            letter = {
                "requestContext": {"condition": "RetryAttemptsExhausted", "functionArn": name},
                "DDBStreamBatchInfo": {
                    "startSequenceNumber": number,
                    "endSequenceNumber": number,
                    "batchSize": 1,
                    "streamArn": record["eventSourceARN"],
                },
            }
            self.cloud.client("sqs").send_message(QueueUrl=failures_url, MessageBody=json.dumps(letter))

        return StreamSource(name, self.cloud.client, table, _handler(name), give_up)

    def _make_schedules(self, app: Any) -> list[Schedule]:
        """The schedules that ``app.py`` declares, entered in EventBridge and read back from it."""
        events = self.cloud.client("events")
        functions = {}
        for source in app.event_sources:
            expression = source.schedule_expression.to_string()
            events.put_rule(Name=f"{PREFIX}-{source.name}", ScheduleExpression=expression, State="ENABLED")
            functions[f"{PREFIX}-{source.name}"] = getattr(importlib.import_module("app"), source.name)
        rules = events.list_rules(NamePrefix=PREFIX)["Rules"]
        now = self.clock.now()
        return [
            Schedule(rule["Name"], rate_interval(rule["ScheduleExpression"]), functions[rule["Name"]], now)
            for rule in rules
        ]


def _handler(name: str) -> Handler:
    handle: Handler = importlib.import_module(f"functions.{name}.handler").handle
    return handle
