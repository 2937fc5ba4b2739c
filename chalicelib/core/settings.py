"""Every setting, read from the environment once, here; documented in ``docs/settings.md`` (a test compares)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Settings:
    """One field per environment variable ``ZHAOHUI_<FIELD IN UPPER CASE>``; defaults suit the laptop shop."""

    stage: str = "laptop"
    shop_zone: str = "Asia/Shanghai"
    catalog_table: str = "zhaohui-catalog"
    events_table: str = "zhaohui-events"
    shoppers_table: str = "zhaohui-shoppers"
    marketing_table: str = "zhaohui-marketing"
    events_queue_url: str = ""
    campaigns_queue_url: str = ""
    archive_bucket: str = ""
    search_engine: str = "embedded"
    opensearch_endpoint: str = ""
    search_index: str = "products"
    personalisation: str = "on"
    ladder: str = "on"
    min_shoppers: int = 3
    mail_from: str = "shop@example.com"
    public_url: str = ""
    sealing_key: str = "local"
    event_retention_days: int = 90
    dormant_after_days: int = 30
    list_shards: int = 4
    stock_shards: int = 4
    key_cache_seconds: int = 30
    rule_cache_seconds: int = 5
    tag_cache_seconds: int = 30
    search_log: str = "on"
    semantic: str = "off"
    semantic_budget_ms: int = 150


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from ``environment`` (the process's by default). Raises ``ValueError`` naming what is no number."""
    given = os.environ if environment is None else environment
    chosen: dict[str, str | int] = {}
    for field in fields(Settings):
        name = f"ZHAOHUI_{field.name.upper()}"
        if name not in given:
            continue
        if field.type is int or field.type == "int":
            if not given[name].isdecimal():
                raise ValueError(f"{name} must be a whole number, not {given[name]!r}")
            chosen[field.name] = int(given[name])
        else:
            chosen[field.name] = given[name]
    return Settings(**chosen)  # type: ignore[arg-type]
