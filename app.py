"""The Chalice app: people come in through blueprints, clocks through one three-line function each."""

from chalicelib.api import health
from chalicelib.api.routing import ShopApp

app = ShopApp(app_name="zhaohui")

for blueprint in (health.blueprint,):
    app.register_blueprint(blueprint)
