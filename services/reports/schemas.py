"""Wire shapes that several resources of this service use."""

from pydantic import BaseModel


class Words(BaseModel):
    """A text in Indonesian and, where there is one, in English."""

    id: str
    en: str | None = None
