"""Wire shapes of charts."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Specification(BaseModel):
    """A Vega-Lite specification with its data inline, for any renderer that knows the format."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    schema_: str = Field(alias="$schema", description="The Vega-Lite schema that it keeps to.")
    title: str = Field(description="With the mark of simulated data, where it is such.")
    data: dict[str, Any]
    layer: list[dict[str, Any]]
    usermeta: dict[str, Any] = Field(description="`simulated`, and the chart's `name`.")
