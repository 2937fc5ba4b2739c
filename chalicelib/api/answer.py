"""What a view gives back, and how it becomes Chalice's response."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from chalice import Response


@dataclass(frozen=True, slots=True)
class Answer:
    """What a view gives back when a plain body with status 200 is not enough. A ``str`` body is JSON already."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def encoded(answer: Answer) -> str:
    """The body as JSON text, Chinese as it is."""
    return answer.body if isinstance(answer.body, str) else msgspec.json.encode(answer.body).decode()


def to_response(answer: Answer) -> Response:
    """Chalice's own encoder would escape Chinese, so it is given text."""
    headers: dict[str, str | list[str]] = {"Content-Type": "application/json; charset=utf-8", **answer.headers}
    return Response(body=encoded(answer), status_code=answer.status, headers=headers)
