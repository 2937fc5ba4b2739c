"""``Idempotency-Key``: the first answer again, 409 for another body, and a claim that dies with the process that made it."""

from collections.abc import Callable

from chalicelib import wiring
from chalicelib.api.answer import Answer, encoded
from chalicelib.api.request import Request
from chalicelib.core.errors import Conflict, Unavailable
from chalicelib.core.ids import digest


class IdempotencyKeyReused(Conflict):
    """The same key came before with another request."""


class RequestInProgress(Unavailable):
    """The first request under this key has not been answered yet."""


def answered_once(request: Request, act: Callable[[], Answer]) -> Answer:
    """``act``'s answer, remembered under the request's ``Idempotency-Key`` when it is a POST that carries one."""
    key = request.idempotency_key if request.method == "POST" else None
    if key is None:
        return act()
    services = wiring.services()
    asked = digest(request.method, request.path, request.body.hex())
    known = services.idempotency.begin(key, asked, services.clock.now())
    if known is not None:
        if known.digest != asked:
            raise IdempotencyKeyReused("this Idempotency-Key came before with another request", field="Idempotency-Key")
        if known.answer is None:
            raise RequestInProgress("the first request under this Idempotency-Key is still running")
        return Answer(known.answer, known.status)
    try:
        answer = act()
    except Exception:
        services.idempotency.forget(key, asked)
        raise
    services.idempotency.finish(key, asked, answer.status, encoded(answer), services.clock.now())
    return answer
