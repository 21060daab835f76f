"""Wire shapes of GeoReport v2, as the document tells them; XML has the same names."""

from typing import Any

from pydantic import BaseModel, Field


class Service(BaseModel):
    """A programme, as something that requests are about."""

    service_code: str
    service_name: str
    description: str | None
    metadata: bool = Field(description="Always false: there are no attributes to fill in.")
    type: str = Field(description="Always `batch`: people are asked during field reviews, not here.")
    keywords: str
    group: str | None = Field(description="Code of the region.")


class ServiceDefinition(BaseModel):
    """Attributes of a service: there are none."""

    service_code: str
    attributes: list[Any]


class ServiceRequest(BaseModel):
    """An accepted aspiration."""

    service_request_id: str
    status: str = Field(description="`open`, or `closed` once all that is done about it was verified.")
    status_notes: str
    service_name: str
    service_code: str
    description: str
    agency_responsible: str | None
    service_notice: str | None
    requested_datetime: str
    updated_datetime: str
    expected_datetime: str | None = Field(description="The deadline that is left, if anything is planned.")
    address: str | None
    address_id: str | None
    zipcode: str | None
    lat: float | None
    long: float | None
    media_url: str | None
    simulated: bool = Field(description="Of our own: whether it was made up to try out the system.")


class Error(BaseModel):
    """What is wrong with a question."""

    code: int
    description: str


class Endpoint(BaseModel):
    """Where it is served."""

    specification: str
    url: str
    changeset: str
    type: str
    formats: list[str]


class Discovery(BaseModel):
    """Where what is served."""

    changeset: str
    contact: str
    key_service: str
    endpoints: list[Endpoint]
