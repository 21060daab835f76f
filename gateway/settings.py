"""Settings of the gateway: where the services are, the key it signs with, and how much and how long it waits."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from services.kit.settings import ProcessSettings, config

SERVICES = ("programs", "surveys", "reports")


class Settings(ProcessSettings):
    """What the gateway is told; each from `TINJAU_GATEWAY_<NAME>`."""

    model_config = config("gateway")

    programs_url: str = Field(description="Origin of the programs service, such as `http://127.0.0.1:8081`.")
    surveys_url: str = Field(description="Origin of the surveys service.")
    reports_url: str = Field(description="Origin of the reports service.")
    private_key_file: Path = Field(
        description="The Ed25519 key (PEM) that signs every token; made at the first start, with the public one beside."
    )
    body_bytes: int = Field(256_000_000, ge=1, description="The largest request body that is let through.")
    connections: int = Field(200, ge=1, description="Connections to each service at most; further requests wait.")
    connect_seconds: float = Field(2.0, gt=0, description="How long connecting to a service may take.")
    answer_seconds: float = Field(
        30.0, gt=0, description="How long a service may be silent: until its answer begins, and between parts of it."
    )
    wait_seconds: float = Field(45.0, gt=0, description="The same for requests that ask to wait (`wait=`).")
    client_seconds: float = Field(30.0, gt=0, description="How long a client may be silent while it sends or reads.")
    exchange_seconds: float = Field(600.0, gt=0, description="How long one request may take altogether.")
    metrics: Literal["loopback", "everyone", "off"] = Field(
        "loopback",
        description="Who may read `/metrics`: this machine with no proxy between, whoever reaches the port, or nobody.",
    )

    def url(self, service: str) -> str:
        """The origin of a service, without a slash at its end."""
        return str(getattr(self, f"{service}_url")).rstrip("/")
