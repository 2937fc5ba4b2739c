"""Messages: refused when written if they could never be sent, refused when sent rather than sent half empty."""

import pytest

from chalicelib.campaigns import Message, TemplateInvalid
from chalicelib.campaigns.templates import COUPON_VARIABLES, TemplateFailed, check, render, variables, with_way_out
from tests.support.campaigns import SHANGHAI
from tests.support.coupons import memory_shop, twenty_off, wish


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ name", "语法错误"),
        ("{% if name %}", "语法错误"),
        ("{{ name | nofilter }}", "语法错误"),
        ("{{ nickname }}", "nickname"),
        ("{{ coupon_code }}", "coupon_code"),
        ("{{ range(10) }}", "range"),
        ("{{ name.first.last }}", "无法生成"),
        ("{{ name.__class__.__mro__ }}", "无法生成"),
        ("{{ 1 / 0 }}", "无法生成"),
        ("{{ name + 1 }}", "无法生成"),
    ],
)
def test_a_text_that_could_never_be_sent_is_refused_when_it_is_written(text: str, said: str) -> None:
    for field, message in (("subject", Message(text, "好")), ("body", Message("好", text))):
        with pytest.raises(TemplateInvalid, match=said) as refused:
            check(message, has_coupon=False)
        assert refused.value.field == f"message.{field}"


def test_coupon_variables_need_a_coupon() -> None:
    every = Message("{{ name }}", " ".join(f"{{{{ {name} }}}}" for name in COUPON_VARIABLES))
    check(every, has_coupon=True)
    with pytest.raises(TemplateInvalid):
        check(every, has_coupon=False)


def test_a_missing_name_is_an_error_and_a_default_is_not() -> None:
    with pytest.raises(TemplateFailed, match="name"):
        render(Message("{{ name }}", "好"), {})
    assert render(Message("{{ name | default('亲') }}", "好"), {}).subject == "亲"


def test_a_name_is_no_template_and_breaks_no_header() -> None:
    content = render(Message("{{ name }}，你好", "{{ name }}"), {"name": "{{ 7 * 7 }}\r\nBcc: all@example.com"})
    assert content.subject == "{{ 7 * 7 }} Bcc: all@example.com，你好"
    assert content.body.startswith("{{ 7 * 7 }}")


def test_a_coupons_variables_are_written_as_a_shop_writes_them() -> None:
    shop = memory_shop()
    owned = shop.coupons.prepare(twenty_off(), "li", wish())
    assert variables("李雷", owned, SHANGHAI) == {
        "name": "李雷",
        "coupon_name": "回归礼券",
        "coupon_value": "¥20",
        "coupon_minimum": "¥100",
        "coupon_code": owned.code,
        "coupon_expires_on": "2026-11-29",
    }
    assert variables(None, None, SHANGHAI) == {}


LINK = "https://shop.example/v1/unsubscribe/k1_t"


def test_a_message_says_how_to_unsubscribe_where_it_wants_or_else_at_its_end() -> None:
    wanted = Message("{{ name }}，您好", "退订：{{ unsubscribe_url }}\n再见")
    check(wanted, has_coupon=False)
    values = variables("李雷", None, SHANGHAI, LINK)
    assert with_way_out(render(wanted, values).body, LINK) == f"退订：{LINK}\n再见"
    assert with_way_out(render(Message("你好", "回来吧\n"), values).body, LINK).splitlines() == [
        "回来吧",
        "",
        f"不想再收到这类邮件？点此退订：{LINK}",
    ]


def test_a_shop_without_an_address_sends_no_link_and_no_message_that_promises_one() -> None:
    values = variables("李雷", None, SHANGHAI)
    assert with_way_out("回来吧", None) == "回来吧"
    with pytest.raises(TemplateFailed, match="unsubscribe_url"):
        render(Message("你好", "{{ unsubscribe_url }}"), values)
