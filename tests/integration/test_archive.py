"""The laptop shop archives what is sent to it."""

from chalicelib.events import archived_events
from infra.local.shop import LaptopShop
from tests.support.http import Http


def test_an_event_that_was_sent_is_in_todays_archive_without_what_is_personal() -> None:
    with LaptopShop(pumped=False) as shop:
        http = Http(shop.base_url)
        traits = {"email": "lin.mei@example.com", "city": "杭州"}
        http("POST", "/v1/identify", {"userId": "u1", "messageId": "m1", "traits": traits}, shop.keys.write)
        shop.pump.drain()
        http.close()
        archive = shop.services.event_archive
        (event,) = [each for day in archive.days() for each in archived_events(archive, day)]
    assert (event.message_id, event.traits["city"]) == ("m1", "杭州")
    assert "lin.mei" not in str(event.traits)
