"""The Chalice app: people come in through blueprints, clocks through one three-line function each."""

from typing import Any

from chalice import Rate

from chalicelib import wiring
from chalicelib.api import campaigns, catalog, coupons, events, failures, health, privacy, profiles, search
from chalicelib.api.routing import ShopApp

# The structured logger of core/telemetry writes the log; Chalice's own handler would write every line twice.
app = ShopApp(app_name="zhaohui", configure_logs=False)

for blueprint in (
    health.blueprint,
    search.blueprint,
    catalog.blueprint,
    failures.blueprint,
    events.blueprint,
    profiles.blueprint,
    privacy.blueprint,
    coupons.blueprint,
    campaigns.blueprint,
):
    app.register_blueprint(blueprint)


@app.schedule(Rate(5, unit=Rate.MINUTES))
def launch_due_campaigns(event: Any) -> None:
    services = wiring.services()
    services.campaigns.launch_due(services.clock.now())
