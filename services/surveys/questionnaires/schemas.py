"""Wire shapes of questionnaires."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.surveys.schemas import Key, Line, Paragraph, RegionCode, Stored, Wire, Words

QuestionnaireKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
Status = Literal["draft", "published", "retired"]
OptionValue = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}$")]


class ScoreOption(Wire):
    """One labelled answer of a scored question; its value goes into the index."""

    value: int = Field(ge=0, le=100)
    label: Words


class ChoiceOption(Wire):
    """One answer of a choice."""

    value: OptionValue
    label: Words


class ScoreQuestion(Wire):
    """A question about one element of service."""

    kind: Literal["score"]
    key: Key = Field(description="The element's key; never its position.")
    code: str | None = Field(None, max_length=10, description="What this version prints for it, such as `U8`.")
    text: Words
    required: bool = True
    not_applicable: bool = Field(False, description='Whether `"not_applicable"` is an answer, as for a free service.')
    options: list[ScoreOption] = Field(min_length=2, max_length=20)


class ChoiceQuestion(Wire):
    """A question with a closed list of answers."""

    kind: Literal["choice"]
    key: Key
    text: Words
    required: bool = False
    group: bool = Field(False, description="Whether results may be grouped by it.")
    options: list[ChoiceOption] = Field(default_factory=list, max_length=500)
    options_from: Literal["visit"] | None = Field(None, description="`visit`: the visit's own list of services.")


class TextQuestion(Wire):
    """A question answered in own words."""

    kind: Literal["text"]
    key: Key
    text: Words
    required: bool = False
    role: Literal["aspiration"] | None = None
    max_length: int = Field(2000, ge=1, le=20000)


class AttachmentQuestion(Wire):
    """A question answered by photos or sound. The answer names the files, which are uploaded apart."""

    kind: Literal["attachment"]
    key: Key
    text: Words
    required: Literal[False] = Field(False, description="Files may come after the answer, so none can be required.")
    media: Literal["image", "audio"]
    max_bytes: int = Field(10_000_000, ge=1_000, le=1_000_000_000, description="Of each file.")
    max_count: int = Field(1, ge=1, le=20, description="Files in one answer.")
    keep_location: bool = Field(
        False, description="Whether the place that is written in a photo is kept, beside it and for staff only."
    )


Question = Annotated[ScoreQuestion | ChoiceQuestion | TextQuestion | AttachmentQuestion, Field(discriminator="kind")]


class QuestionnaireDraft(Wire):
    """A questionnaire as written by its author."""

    id: UUID | None = Field(None, description="Made by the client, or by us when it is left out.")
    key: QuestionnaireKey = Field(description="Common to all versions of one instrument.")
    region: RegionCode | None = Field(None, description="Null: for the whole country.")
    title: Words
    source: Paragraph | None = None
    method: Line = Field(description="Id of the method that computes its index by default.")
    questions: list[Question] = Field(min_length=1, max_length=200)


class Questionnaire(Stored):
    """A questionnaire as stored. Once published, only its status may still change, to retired."""

    id: UUID
    key: str
    region: str | None
    title: Words
    source: str | None
    method: str
    version_number: int | None = Field(description="1, 2, … by order of publication; null for a draft.")
    status: Status
    questions: list[Question]
