"""Where settings come from: a part's own variables, the common ones, and nobody else's."""

from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import Field, ValidationError

from services.kit.settings import ServiceSettings, config, database_url_field


class Settings(ServiceSettings):
    service: ClassVar[str] = "shop"
    model_config = config("shop")

    database_url: str = Field(validation_alias=database_url_field("shop"))
    patience: float = 1.0


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TINJAU_SHOP_DATABASE_URL", "TINJAU_DATABASE_URL", "TINJAU_PUBLIC_KEY_FILE", "TINJAU_LOG_LEVEL"):
        monkeypatch.delenv(name, raising=False)


def test_a_service_has_its_own_variables_and_shares_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINJAU_DATABASE_URL", "postgresql://all")
    monkeypatch.setenv("TINJAU_PUBLIC_KEY_FILE", "/keys/gateway.pub.pem")
    monkeypatch.setenv("TINJAU_SHOP_PATIENCE", "2.5")
    monkeypatch.setenv("TINJAU_SHOP_DATABASE_POOL", "3")
    monkeypatch.setenv("TINJAU_LOG_LEVEL", "DEBUG")
    settings = Settings()
    assert (settings.database_url, settings.patience, settings.database_pool) == ("postgresql://all", 2.5, 3)
    assert (settings.log_level, settings.log_format) == ("DEBUG", "json")
    assert settings.public_key_file == Path("/keys/gateway.pub.pem")
    monkeypatch.setenv("TINJAU_SHOP_DATABASE_URL", "postgresql://own")
    assert Settings().database_url == "postgresql://own"
    assert Settings(database_url="postgresql://given").database_url == "postgresql://given"


def test_variables_of_others_mean_nothing_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINJAU_DATABASE_URL", "postgresql://ours")
    monkeypatch.setenv("TINJAU_PUBLIC_KEY_FILE", "/ours")
    for name in ("DATABASE_URL", "PUBLIC_KEY_FILE", "LOG_LEVEL", "LOG_FORMAT", "PATIENCE", "SERVICE"):
        monkeypatch.setenv(name, "theirs")
    settings = Settings()
    assert (settings.database_url, settings.public_key_file) == ("postgresql://ours", Path("/ours"))
    assert (settings.log_level, settings.log_format, settings.patience) == ("INFO", "json", 1.0)


@pytest.mark.parametrize(
    ("name", "value"),
    [("TINJAU_SHOP_DATABASE_POOL", "0"), ("TINJAU_SHOP_DATABASE_POOL", "many"), ("TINJAU_LOG_FORMAT", "xml")],
)
def test_a_value_that_makes_no_sense_is_an_error_at_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings(database_url="postgresql://x", public_key_file=Path("/x"))


def test_what_is_needed_and_missing_is_named() -> None:
    with pytest.raises(ValidationError) as error:
        Settings()
    assert {str(fault["loc"][0]) for fault in error.value.errors()} >= {"database_url", "public_key_file"} or (
        "TINJAU" in str(error.value)
    )
