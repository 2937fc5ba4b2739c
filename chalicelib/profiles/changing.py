"""One conditional change of a profile, made again from what is true when someone else was quicker."""

from collections.abc import Callable, Sequence

from chalicelib.profiles.model import ProfileChange, Shopper, StaleProfile
from chalicelib.profiles.ports import ProfileRecords

_TRIES = 5


def changed(
    records: ProfileRecords,
    shopper_id: str,
    make: Callable[[Shopper], ProfileChange | None],
    orders: Sequence[str] = (),
    tries: int = _TRIES,
) -> ProfileChange | None:
    """Load a shopper with ``orders``, and save what ``make`` makes of them; None when it makes nothing.

    Raises ``StaleProfile`` when others kept changing the profile.
    """
    made = make(records.load(shopper_id, orders))
    if made is None:
        return None
    try:
        records.save(made)
    except StaleProfile:
        if tries == 1:
            raise
        return changed(records, shopper_id, make, orders, tries - 1)
    return made
