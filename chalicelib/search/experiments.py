"""What a request may switch about the order of its hits: diversity, and a comparison of two orders on one page."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from chalicelib.core.ids import digest
from chalicelib.search.exactness import names_a_model
from chalicelib.search.found import Found
from chalicelib.search.interleaving import A, B
from chalicelib.search.model import SearchRequest
from chalicelib.search.plan import Arrangement, Plan, Sort
from chalicelib.search.text import fold
from chalicelib.search.understanding import Understood


def _otherwise_diverse(plan: Plan) -> Plan:
    known = plan.arrangement or Arrangement()
    return replace(plan, arrangement=replace(known, is_diverse=not known.is_diverse))


RIVALS: Mapping[str, Callable[[Plan], Plan]] = {
    "diversity": _otherwise_diverse,
    "personal": lambda plan: replace(plan, affinities=()),
    "popularity": lambda plan: replace(plan, boosts=()),
    "prior": lambda plan: replace(plan, nudges=()),
    "meaning": lambda plan: replace(plan, meaning=None),
}
"""What team B does otherwise than team A, which is the order that the request would get anyway."""


def why_as_ranked(request: SearchRequest, query: Understood) -> str | None:
    """Why the diversity or the rival that ``request`` asks for changes nothing; None when it may, or none is asked for."""
    if not (request.is_diverse or request.interleave):
        return None
    if request.sort is not Sort.RELEVANCE:
        return "the order asked for is not relevance"
    return "the query names a model" if names_a_model(query) else None


def experimented(plan: Plan, request: SearchRequest, query: Understood) -> Plan:
    """``plan`` with the diversity and the rival that ``request`` asks for, unless there is a reason why not."""
    if not (request.is_diverse or request.interleave) or why_as_ranked(request, query):
        return plan
    arrangement = replace(plan.arrangement or Arrangement(), is_diverse=request.is_diverse)
    plan = replace(plan, arrangement=arrangement)
    if not request.interleave:
        return plan
    # The same shopper sees the same page for the same query as long as the experiment runs.
    seed = digest(request.interleave, fold(request.query).strip(), request.shopper_id or "")
    return replace(plan, arrangement=replace(arrangement, rival=RIVALS[request.interleave](plan), seed=seed))


def arrangement_trace(found: Found, request: SearchRequest, query: Understood) -> dict[str, Any]:
    """What was switched and what came of it: for the answer's trace, where a shopper does not look."""
    said = dict(found.notes)
    if why := why_as_ranked(request, query):
        said["why_as_ranked"] = why
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
