"""API Gateway on a laptop: HTTP to the very event the Lambda gets, and its answer back.

The stock ``chalice local`` server reads no chunked body and writes unbuffered (44 ms a request); this one is a WSGI
callable under waitress.
"""

import base64
import json
import uuid
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from chalice.local import LambdaContext, RouteMatcher

from chalicelib.api.routing import CORS, ShopApp

JSON_TYPE = "application/json; charset=utf-8"
StartResponse = Callable[..., Any]
_REASONS = {200: "OK", 201: "Created", 204: "No Content", 400: "Bad Request", 404: "Not Found"}


class Gateway:
    """A WSGI application that answers with ``app(event, context)``, unknown routes and preflights as in production."""

    def __init__(self, app: ShopApp) -> None:
        self._app = app
        self._matcher = RouteMatcher(list(app.routes))

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        status, headers, body = self._answer(environ)
        payload = body.encode()
        headers["Content-Length"] = str(len(payload))
        start_response(f"{status} {_REASONS.get(status, 'Answer')}", list(headers.items()))
        return [payload]

    def _answer(self, environ: dict[str, Any]) -> tuple[int, dict[str, str], str]:
        method = environ["REQUEST_METHOD"]
        path = environ.get("REQUEST_URI", environ["PATH_INFO"]).partition("?")[0]
        try:
            match = self._matcher.match_route(path)
        except ValueError:
            return _refusal(404, "no_such_route", f"there is no {method} {path}")
        methods = self._app.routes[match.route]
        if method == "OPTIONS":
            return 200, _preflight(list(methods)), ""
        if method not in methods:
            return _refusal(405, "method_not_allowed", f"{path} does not answer {method}")
        event = _event(environ, method, path, match)
        answer = self._app(event, LambdaContext("api", 512, 30_000))
        headers = {name: str(value) for name, value in answer["headers"].items()}
        return answer["statusCode"], headers, answer["body"] or ""


def _event(environ: dict[str, Any], method: str, path: str, match: Any) -> dict[str, Any]:
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH")
    }
    body = environ["wsgi.input"].read()
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    return {
        "resource": match.route,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": {name: value for name, value in match.captured.items() if f"{{{name}}}" in match.route},
        "stageVariables": None,
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "httpMethod": method,
            "resourcePath": match.route,
            "path": path,
            "identity": {"sourceIp": environ.get("REMOTE_ADDR", "127.0.0.1")},
        },
        # The packaged API declares */* binary, so that gzip bodies survive: every body comes in base64.
        "body": base64.b64encode(body).decode() if body else None,
        "isBase64Encoded": bool(body),
    }


def _preflight(methods: list[str]) -> dict[str, str]:
    allowed = {"Access-Control-Allow-Methods": ",".join(sorted({*methods, "OPTIONS"}))}
    return {name: str(value) for name, value in CORS.get_access_control_headers().items()} | allowed


def _refusal(status: int, code: str, message: str) -> tuple[int, dict[str, str], str]:
    body = json.dumps({"error": {"code": code, "message": message}, "message": message, "status": status})
    return status, {"Content-Type": JSON_TYPE, "Access-Control-Allow-Origin": "*"}, body
