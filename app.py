"""The Chalice app: people come in through blueprints, clocks through one three-line function each."""

from typing import Any

from chalice import Rate

from chalicelib import wiring
from chalicelib.api import (
    campaigns,
    catalog,
    coupon_guards,
    coupon_operations,
    coupon_reports,
    coupons,
    events,
    failures,
    health,
    identities,
    insights,
    merchandising,
    offers,
    overhauls,
    owned_coupons,
    privacy,
    profile_rebuilds,
    profiles,
    rebuilds,
    sealing_keys,
    search,
    search_browse,
    search_operations,
    search_reports,
    search_rules,
    search_settings,
    search_writes,
    segments,
    suggest,
    tag_operations,
    tags,
    till,
    unsubscribe,
    webhooks,
)
from chalicelib.api.routing import ShopApp

SWEEP = 10_000
"""Shoppers whose tags time changes, many of them at midnight: three of the five minutes between two sweeps."""

# The structured logger of core/telemetry writes the log; Chalice's own handler would write every line twice.
app = ShopApp(app_name="zhaohui", configure_logs=False)

for blueprint in (
    health.blueprint,
    identities.blueprint,
    search.blueprint,
    search_writes.blueprint,
    search_browse.blueprint,
    search_operations.blueprint,
    search_settings.blueprint,
    search_rules.blueprint,
    overhauls.blueprint,
    catalog.blueprint,
    rebuilds.blueprint,
    failures.blueprint,
    events.blueprint,
    insights.blueprint,
    search_reports.blueprint,
    profiles.blueprint,
    profile_rebuilds.blueprint,
    tags.blueprint,
    segments.blueprint,
    tag_operations.blueprint,
    privacy.blueprint,
    unsubscribe.blueprint,
    sealing_keys.blueprint,
    coupons.blueprint,
    coupon_operations.blueprint,
    owned_coupons.blueprint,
    coupon_reports.blueprint,
    coupon_guards.blueprint,
    offers.blueprint,
    till.blueprint,
    campaigns.blueprint,
    merchandising.blueprint,
    suggest.blueprint,
    webhooks.blueprint,
):
    app.register_blueprint(blueprint)


@app.schedule(Rate(5, unit=Rate.MINUTES))
def launch_due_campaigns(event: Any) -> None:
    services = wiring.services()
    services.campaigns.launch_due(services.clock.now())


@app.schedule(Rate(5, unit=Rate.MINUTES))
def sweep_due_profiles(event: Any) -> None:
    services = wiring.services()
    services.profiles.advance_lifecycles(services.clock.now(), limit=SWEEP)


@app.schedule(Rate(1, unit=Rate.MINUTES))
def release_coupons(event: Any) -> None:
    wiring.services().coupon_chores.do()


@app.schedule(Rate(15, unit=Rate.MINUTES))
def fold_query_popularity(event: Any) -> None:
    services = wiring.services()
    services.record_keeping.fold(services.clock.now())


@app.schedule(Rate(1, unit=Rate.HOURS))
def learn_words(event: Any) -> None:
    services = wiring.services()
    services.learning.refresh(services.products.all(), services.record_keeping.today(services.clock.now()))


@app.schedule(Rate(1, unit=Rate.HOURS))
def look_after_tags(event: Any) -> None:
    wiring.services().tag_rounds.catch_up()
