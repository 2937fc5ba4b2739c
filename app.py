"""The Chalice app: people come in through blueprints, clocks through one three-line function each."""

from typing import Any

from chalice import Rate

from chalicelib import wiring
from chalicelib.api import (
    campaigns,
    catalog,
    coupons,
    events,
    failures,
    health,
    insights,
    merchandising,
    overhauls,
    privacy,
    profiles,
    rebuilds,
    search,
    search_browse,
    search_operations,
    search_reports,
    search_rules,
    search_settings,
    search_writes,
    suggest,
)
from chalicelib.api.routing import ShopApp

# The structured logger of core/telemetry writes the log; Chalice's own handler would write every line twice.
app = ShopApp(app_name="zhaohui", configure_logs=False)

for blueprint in (
    health.blueprint,
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
    privacy.blueprint,
    coupons.blueprint,
    campaigns.blueprint,
    merchandising.blueprint,
    suggest.blueprint,
):
    app.register_blueprint(blueprint)


@app.schedule(Rate(5, unit=Rate.MINUTES))
def launch_due_campaigns(event: Any) -> None:
    services = wiring.services()
    services.campaigns.launch_due(services.clock.now())


@app.schedule(Rate(15, unit=Rate.MINUTES))
def fold_query_popularity(event: Any) -> None:
    services = wiring.services()
    services.record_keeping.fold(services.clock.now())


@app.schedule(Rate(1, unit=Rate.HOURS))
def learn_words(event: Any) -> None:
    services = wiring.services()
    services.learning.refresh(services.products.all(), services.record_keeping.today(services.clock.now()))
