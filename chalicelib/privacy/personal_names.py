"""Under which names shops send what identifies a person: data, to be added to. Compared without case, ``_``, ``-`` and spaces."""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final


class PersonalKind(StrEnum):
    """What a personal value is. Of e-mail and phone shoppers can be found again."""

    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    RECIPIENT = "recipient"
    IDENTITY = "identity"


_NAMES: Final[Mapping[PersonalKind, str]] = {
    PersonalKind.EMAIL: """
        email e_mail mail email_address mail_address user_email contact_email customer_email billing_email buyer_email
        receiver_email 邮箱 电子邮箱 电子邮件 电邮 邮件地址 邮箱地址
    """,
    PersonalKind.PHONE: """
        phone phone_number mobile mobile_phone mobile_number tel telephone tel_number cell cell_phone contact_phone
        contact_mobile customer_phone buyer_phone buyer_mobile receiver_phone receiver_mobile receiver_tel recipient_phone
        consignee_phone consignee_mobile shipping_phone billing_phone 手机 手机号 手机号码 电话 电话号码 联系电话 联系手机
        联系方式 收货电话 收货手机 收货人电话 收货人手机 收货人手机号 收件人电话 收件人手机 固定电话
    """,
    PersonalKind.ADDRESS: """
        address address1 address2 address_line1 address_line2 address_line_1 address_line_2 street street1 street2 street_address
        shipping_address billing_address delivery_address receiver_address recipient_address consignee_address home_address
        post_address postal_address default_address detail_address address_detail full_address addresses house_number
        地址 收货地址 收件地址 详细地址 家庭地址 配送地址 账单地址 联系地址 邮寄地址 街道 街道地址 门牌 门牌号
    """,
    PersonalKind.RECIPIENT: """
        recipient recipient_name receiver receiver_name consignee consignee_name addressee 收货人 收货人姓名 收件人 收件人姓名
    """,
    PersonalKind.IDENTITY: """
        id_card id_card_number id_card_no identity_number identity_card passport_number 身份证 身份证号 身份证号码
    """,
}

_REGIONS: Final = """
    country country_code country_name province province_code province_name state state_code region city city_name district
    county area 国家 省 省份 市 城市 区 县 区县 地区
"""


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """A name as names are compared."""
    return "".join(character for character in name.casefold() if character not in "_- .")


NAMES: Final[Mapping[str, PersonalKind]] = {
    plain_name(name): kind for kind, names in _NAMES.items() for name in names.split()
}
REGIONS: Final = frozenset(plain_name(name) for name in _REGIONS.split())
"""Parts of an address that many people share: they stay readable, since a profile's region is made of them."""
