"""What shoppers say of themselves, read from the traits that shops send under many names."""

import re
from calendar import isleap
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from chalicelib.profiles.dimensions.model import Finding, Known
from chalicelib.profiles.model import Trait

_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})(?:日|$|[T ])")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
MAX_TEXT_CHARACTERS = 40
OLDEST = 120

BIRTHDAYS = ("birthday", "birthdate", "birth_date", "date_of_birth", "dob", "生日", "出生日期")
AGES = ("age", "年龄")
GENDERS = ("gender", "sex", "性别")
OCCUPATIONS = ("occupation", "job", "profession", "title", "职业")
EDUCATIONS = ("education", "degree", "学历", "教育程度")
MONTHLY_INCOMES = ("income", "monthly_income", "月收入", "收入")
ANNUAL_INCOMES = ("annual_income", "yearly_income", "年收入")
ADDRESSES = ("address", "地址", "shipping_address", "收货地址")
PROVINCES = ("province", "state", "region", "省份", "省")
CITIES = ("city", "城市", "市")
DISTRICTS = ("district", "county", "area", "区县", "区", "县")

_GENDERS: Mapping[str, str] = {
    **dict.fromkeys(("female", "f", "woman", "女", "女性", "女士", "2"), "female"),
    **dict.fromkeys(("male", "m", "man", "男", "男性", "先生", "男士", "1"), "male"),
}
_EDUCATIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("doctor", ("博士", "doctor", "phd")),
    ("master", ("硕士", "研究生", "master")),
    ("bachelor", ("本科", "学士", "大学", "bachelor", "undergraduate")),
    ("college", ("大专", "专科", "高职", "college", "associate")),
    ("high_school", ("高中", "中专", "职高", "high")),
    ("basic", ("初中", "小学", "middle", "primary")),
)
_INCOMES: Mapping[str, str] = {
    **dict.fromkeys(("low", "低", "较低"), "low"),
    **dict.fromkeys(("middle", "medium", "中", "中等"), "middle"),
    **dict.fromkeys(("high", "高", "较高"), "high"),
}
INCOME_EDGES = ((5_000, "low"), (15_000, "middle"))
"""Yuan a month below which an income is called so; what is more is high."""
_AGE_EDGES = (18, 25, 35, 45, 55, 65)


def age_band_of(age: int) -> str:
    """``0-17``, ``18-24``, ``25-34``, ... ``65+``."""
    low = 0
    for high in _AGE_EDGES:
        if age < high:
            return f"{low}-{high - 1}"
        low = high
    return f"{low}+"


def by_birthday(known: Known) -> Finding | None:
    """The age band of a birthday; it holds since its first year of age began, or since it was told."""
    for trait in _told(known, BIRTHDAYS):
        born = _date(trait.value)
        if born and 0 <= (age := _years(born, known.today)) <= OLDEST:
            return Finding(age_band_of(age), 1.0, trait.at)
    return None


def by_age(known: Known) -> Finding | None:
    """The age band of an age, which has grown since it was told: by when, is known to a year."""
    for trait in _told(known, AGES):
        told = _number(trait.value)
        if told is not None and 0 < told <= OLDEST:
            age = int(told) + _years(trait.at.astimezone(known.zone).date(), known.today)
            return Finding(age_band_of(age), 0.9, trait.at)
    return None


def next_birthday(known: Known) -> date | None:
    """The day on which the age that was told is a year more; None where none was told."""
    days = [born for trait in _told(known, BIRTHDAYS) if (born := _date(trait.value))]
    days = days or [trait.at.astimezone(known.zone).date() for trait in _told(known, AGES)]
    return _anniversary(days[0], known.today) if days else None


def gender(known: Known) -> Finding | None:
    return _one_of(known, GENDERS, lambda text: _GENDERS.get(text))


def education(known: Known) -> Finding | None:
    def level(text: str) -> str | None:
        return next((name for name, words in _EDUCATIONS if any(word in text for word in words)), None)

    return _one_of(known, EDUCATIONS, level)


def occupation(known: Known) -> Finding | None:
    return _one_of(known, OCCUPATIONS, lambda text: text)


def income(known: Known) -> Finding | None:
    return _one_of(known, MONTHLY_INCOMES, _income) or _one_of(known, ANNUAL_INCOMES, lambda text: _income(text, 12))


def province(known: Known) -> Finding | None:
    return _place(known, PROVINCES)


def city(known: Known) -> Finding | None:
    return _place(known, CITIES)


def district(known: Known) -> Finding | None:
    return _place(known, DISTRICTS)


def _place(known: Known, names: tuple[str, ...]) -> Finding | None:
    """Named by itself, or as a part of an address."""
    for trait in _told(known, names):
        if text := _text(trait.value):
            return Finding(text, 1.0, trait.at)
    for trait in _told(known, ADDRESSES):
        parts = trait.value if isinstance(trait.value, dict) else {}
        if text := next((text for name in names if (text := _text(parts.get(name)))), None):
            return Finding(text, 1.0, trait.at)
    return None


def _one_of(known: Known, names: tuple[str, ...], meaning: Any) -> Finding | None:
    for trait in _told(known, names):
        text = _text(trait.value)
        if text and (value := meaning(text.lower())):
            return Finding(value, 1.0, trait.at)
    return None


def _told(known: Known, names: tuple[str, ...]) -> Iterator[Trait]:
    """The traits of several names that have a value, what was told last first."""
    found = [trait for name in names if (trait := known.traits.known.get(name)) and trait.value is not None]
    yield from sorted(found, key=lambda trait: trait.at, reverse=True)


def _income(text: str, months: int = 1) -> str | None:
    if text in _INCOMES:
        return _INCOMES[text]
    found = _NUMBER.search(text.replace(",", ""))
    if not found:
        return None
    unit = 10_000 if "万" in text or "w" in text else 1_000 if "k" in text or "千" in text else 1
    monthly = float(found[0]) * unit / months
    return next((name for edge, name in INCOME_EDGES if monthly < edge), "high")


def _date(value: Any) -> date | None:
    found = _DATE.match(value.strip()) if isinstance(value, str) else None
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _years(begin: date, today: date) -> int:
    return today.year - begin.year - ((today.month, today.day) < (begin.month, begin.day))


def _anniversary(of: date, today: date) -> date:
    """The first one after ``today``; who was born on a leap day has it on the first of March."""
    for year in (today.year, today.year + 1):
        leap = (of.month, of.day) == (2, 29) and not isleap(year)
        day = date(year, 3, 1) if leap else of.replace(year=year)
        if day > today:
            return day
    raise AssertionError("one of two years has it")


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        found = _NUMBER.fullmatch(value.strip().removesuffix("岁"))
        return float(found[0]) if found else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _text(value: Any) -> str | None:
    text = str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    return text if 0 < len(text) <= MAX_TEXT_CHARACTERS else None
