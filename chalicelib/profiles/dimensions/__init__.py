"""Four sides of a shopper - basic, behaviour, consumption, psychological - told from profile and traits, never stored."""

from chalicelib.profiles.dimensions.model import Dimension, Known, Source, Statement, Value
from chalicelib.profiles.dimensions.registry import PATHS, dimensions_of, may_change_at, statement_of
from chalicelib.profiles.dimensions.wording import DIMENSIONS, NAMES, VALUES, in_words

__all__ = [
    "DIMENSIONS",
    "NAMES",
    "PATHS",
    "VALUES",
    "Dimension",
    "Known",
    "Source",
    "Statement",
    "Value",
    "dimensions_of",
    "in_words",
    "may_change_at",
    "statement_of",
]
