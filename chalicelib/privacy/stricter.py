"""The consents of two ids that turn out to be one person: whatever either of them refused stays refused."""

from datetime import datetime

from chalicelib.privacy.model import MAX_TURNS, Channel, Consent, Consents, Purpose


def stricter(one: Consents, other: Consents) -> Consents:
    """What both together allow, under the id of ``one``; ``one`` itself when the other has nothing to add.

    A consent holds only if nobody withdrew it, silence aside. The switch is off if either is off, and counts as having
    been off whenever either was: so what a recomputation learns is never more than what was learnt.
    """
    decisions = _decisions(one, other)
    turns = _turns(one, other)
    is_personalised = one.is_personalised and other.is_personalised
    if (decisions, turns, is_personalised) == (one.decisions, one.turns, one.is_personalised):
        return one
    return Consents(one.shopper_id, decisions, is_personalised, one.version + 1, turns)


def _decisions(one: Consents, other: Consents) -> tuple[Consent, ...]:
    chosen: dict[tuple[Channel, Purpose], Consent] = {}
    for decision in (*one.decisions, *other.decisions):
        place = (decision.channel, decision.purpose)
        chosen[place] = min(chosen.get(place, decision), decision, key=_strictness)
    return tuple(chosen[place] for place in sorted(chosen))


def _strictness(decision: Consent) -> tuple[bool, float]:
    """Refusals first; of two alike the later one."""
    return decision.is_given, -decision.at.timestamp()


def _turns(one: Consents, other: Consents) -> tuple[tuple[datetime, bool], ...]:
    turns: list[tuple[datetime, bool]] = []
    instants = sorted({at for each in (one, other) for at, _ in each.turns})
    was_on = _began_on(one) and _began_on(other)
    for at in instants:
        is_on = one.was_personalised(at) and other.was_personalised(at)
        if is_on != was_on:
            turns.append((at, is_on))
        was_on = is_on
    return tuple(turns[-MAX_TURNS:])


def _began_on(consents: Consents) -> bool:
    """How the switch stood before its first turn that is kept."""
    return not consents.turns[0][1] if consents.turns else consents.is_personalised
