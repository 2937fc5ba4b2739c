"""What it means to set a tag by hand, or to take one away."""

from dataclasses import replace
from datetime import datetime

from chalicelib.profiles.folding import Standing
from chalicelib.profiles.model import ProfileChange, Shopper, Tag
from chalicelib.profiles.projection import Shopkeeping, concluded


def retagged(
    shopper: Shopper,
    now: datetime,
    shop: Shopkeeping,
    *,
    tags_set: tuple[Tag, ...] = (),
    withheld: tuple[str, ...] = (),
) -> ProfileChange:
    """The change that a person's word makes, with all that follows from it: what a new tag excludes, what rules make of it.

    Its version moves, so that a projection running beside this one starts again from what is true. A tag that another
    one excludes by the registry's rule is not among ``tags_set``.
    """
    given = {tag.tag_id: tag for tag in tags_set}
    wanted = {tag_id: tag for tag_id, tag in {**shopper.tags, **given}.items() if tag_id not in withheld}
    told = replace(shopper, tags=wanted, withheld=shopper.withheld - given.keys() | set(withheld))
    made = concluded(told, Standing(shopper.profile, shopper.traits), now, now, shop)
    after = {tag_id: tag for tag_id, tag in wanted.items() if tag_id not in made.tags_removed}
    after |= {tag.tag_id: tag for tag in made.tags_set}
    return replace(
        made,
        tags_set=tuple(tag for tag_id, tag in after.items() if shopper.tags.get(tag_id) != tag),
        tags_removed=tuple(sorted(shopper.tags.keys() - after.keys() - set(withheld))),
        withheld=withheld,
    )
