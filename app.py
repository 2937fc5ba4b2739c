"""The Chalice app: people come in through blueprints, clocks through one three-line function each."""

from typing import Any

from chalice import Rate

from chalicelib import wiring
from chalicelib.api import health
from chalicelib.api.routing import ShopApp

app = ShopApp(app_name="zhaohui")

for blueprint in (health.blueprint,):
    app.register_blueprint(blueprint)


@app.schedule(Rate(5, unit=Rate.MINUTES))
def launch_due_campaigns(event: Any) -> None:
    services = wiring.services()
    services.campaigns.launch_due(services.clock.now())
