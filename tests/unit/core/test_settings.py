"""Settings come from the environment and nowhere else."""

import pytest

from chalicelib.core.settings import Settings, read_settings


def test_an_empty_environment_gives_the_laptops_settings() -> None:
    assert read_settings({}) == Settings()


def test_a_variable_overrides_its_setting() -> None:
    read = read_settings({"ZHAOHUI_STAGE": "prod", "ZHAOHUI_DORMANT_AFTER_DAYS": "45", "OTHER": "x"})
    assert (read.stage, read.dormant_after_days) == ("prod", 45)


def test_a_number_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="ZHAOHUI_LIST_SHARDS"):
        read_settings({"ZHAOHUI_LIST_SHARDS": "four"})
