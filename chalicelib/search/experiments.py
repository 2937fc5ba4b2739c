"""What a request may switch about the order of its hits: diversity, and a comparison of two orders on one page."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from chalicelib.core.errors import InvalidRequest
from chalicelib.core.ids import digest
from chalicelib.search.interleaving import A, B
from chalicelib.search.model import SearchRequest
from chalicelib.search.plan import Arrangement, Found, Plan, Sort
from chalicelib.search.text import fold


def _otherwise_diverse(plan: Plan) -> Plan:
    known = plan.arrangement or Arrangement()
    return replace(plan, arrangement=replace(known, is_diverse=not known.is_diverse))


RIVALS: Mapping[str, Callable[[Plan], Plan]] = {
    "diversity": _otherwise_diverse,
    "personal": lambda plan: replace(plan, affinities=()),
    "popularity": lambda plan: replace(plan, boosts=()),
    "meaning": lambda plan: replace(plan, meaning=None),
}
"""What team B does otherwise than team A, which is the order that the request would get anyway."""


def experimented(plan: Plan, request: SearchRequest) -> Plan:
    """``plan`` with the diversity and the rival that ``request`` asks for; orders other than relevance stay as they are.

    Raises ``InvalidRequest`` for a rival that does not exist.
    """
    if request.sort is not Sort.RELEVANCE or not (request.is_diverse or request.interleave):
        return plan
    arrangement = replace(plan.arrangement or Arrangement(), is_diverse=request.is_diverse)
    plan = replace(plan, arrangement=arrangement)
    if not request.interleave:
        return plan
    if request.interleave not in RIVALS:
        raise InvalidRequest(f"interleave must be one of {', '.join(RIVALS)}", field="interleave")
    # The same shopper sees the same page for the same query as long as the experiment runs.
    seed = digest(request.interleave, fold(request.query).strip(), request.shopper_id or "")
    return replace(plan, arrangement=replace(arrangement, rival=RIVALS[request.interleave](plan), seed=seed))


def arrangement_trace(plan: Plan, found: Found, request: SearchRequest) -> dict[str, Any]:
    """What was switched and what came of it: for the answer's trace, where a shopper does not look."""
    said = dict(found.notes)
    if request.interleave and "interleaving" in said:
        teams = said["interleaving"]["teams"]
        shown = {hit.object_id: teams[hit.object_id] for hit in found.hits if hit.object_id in teams}
        said["interleaving"] = {
            "variant": request.interleave,
            A: "as it is",
            B: f"{request.interleave} the other way",
            "teams": shown,
        }
    return said
