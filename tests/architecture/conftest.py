"""Fixtures of the architecture tests: each service's application, put together but not started."""

from collections.abc import Callable
from functools import cache

import pytest
from fastapi import FastAPI

from services.kit.testing import Signer
from tests.support.apps import SERVICES, app_of, made_settings


@pytest.fixture(scope="session")
def made(signer: Signer) -> Callable[[str], FastAPI]:
    """Service → its application, the same one each time."""
    return cache(lambda service: app_of(service, made_settings(service, signer.public_key_file)))


@pytest.fixture
def apps(made: Callable[[str], FastAPI]) -> dict[str, FastAPI]:
    """All services' applications."""
    return {service: made(service) for service in SERVICES}


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    """Each service in turn."""
    name: str = request.param
    return name


@pytest.fixture
def app(service: str, made: Callable[[str], FastAPI]) -> FastAPI:
    """The application of that service."""
    return made(service)
