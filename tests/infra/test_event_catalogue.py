"""``docs/event-catalogue.md`` is what the code says."""

from chalicelib.adapters.activities import DEEDS
from infra.event_catalogue import COUNTS_AS, PATH, catalogue


def test_the_document_is_the_one_that_the_catalogue_makes() -> None:
    assert PATH.read_text() == catalogue(), "write it anew: python -m infra.event_catalogue"


def test_every_meaning_has_its_words() -> None:
    assert set(DEEDS.values()) <= set(COUNTS_AS)
