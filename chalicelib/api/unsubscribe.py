"""Unsubscribing with one click: mail programs POST (RFC 8058), people see a page with a button that does.

A GET changes nothing: virus scanners and previews follow links.
"""

from html import escape
from typing import Final

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.answer import Answer
from chalicelib.api.privacy import who
from chalicelib.api.request import Request
from chalicelib.api.routing import PUBLIC, route
from chalicelib.privacy import Channel, Purpose, UnsubscribeLinkInvalid

blueprint = Blueprint(__name__)
_CHANNELS: Final = {Channel.EMAIL: "电子邮件", Channel.SMS: "短信", Channel.INBOX: "站内信"}
_PURPOSES: Final = {Purpose.MARKETING: "营销", Purpose.SERVICE: "服务"}
_HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}
_PAGE: Final = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body{{font:16px/1.7 system-ui,sans-serif;color:#222;background:#fff;max-width:32rem;margin:15vh auto;padding:0 1.5rem}}
h1{{font-size:1.4rem}}button{{font:inherit;color:#fff;background:#b3261e;border:0;border-radius:6px;padding:.6rem 1.6rem}}</style>
</head><body><h1>{title}</h1>{body}</body></html>
"""
_ONE_CLICK: Final = '<input type="hidden" name="List-Unsubscribe" value="One-Click">'
_BUTTON: Final = f'<form method="post">{_ONE_CLICK}<button>确认退订</button></form>'


@route(blueprint, "GET", "/v1/unsubscribe/{token}", scope=PUBLIC)
def ask_to_unsubscribe(request: Request, token: str) -> Answer:
    try:
        asked = wiring.services().unsubscribe_links.read(token)
    except UnsubscribeLinkInvalid:
        return _unknown()
    what = f"{_PURPOSES[asked.purpose]}{_CHANNELS[asked.channel]}"
    return _page("退订", f"<p>确认后，您将不再收到本店的{what}。</p>{_BUTTON}")


@route(blueprint, "POST", "/v1/unsubscribe/{token}", scope=PUBLIC)
def unsubscribe(request: Request, token: str) -> Answer:
    services = wiring.services()
    try:
        asked = services.unsubscribe_links.read(token)
    except UnsubscribeLinkInvalid:
        return _unknown()
    services.privacy.unsubscribe(who(asked.shopper_id), asked.channel, asked.purpose, asked.campaign_id)
    what = f"{_PURPOSES[asked.purpose]}{_CHANNELS[asked.channel]}"
    return _page("已退订", f"<p>您不会再收到本店的{what}，从现在起生效。</p>")


def _unknown() -> Answer:
    return _page("链接无效", "<p>这个退订链接不完整或不是本店发出的，请从邮件里重新点开。</p>", 404)


def _page(title: str, body: str, status: int = 200) -> Answer:
    return Answer(_PAGE.format(title=escape(title), body=body), status, _HEADERS)
