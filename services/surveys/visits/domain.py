"""What a visit may ask for, held against the questionnaire. Pure rules."""

from collections.abc import Collection, Mapping, Sequence

from services.surveys.questionnaires.schemas import Question


def unknown_quotas(
    quotas: Mapping[str, Mapping[str, int]], questions: Sequence[Question], services: Collection[str]
) -> list[str]:
    """What of the quotas, as `question` or `question/answer`, no choice of the questionnaire has."""
    options = {
        question.key: {option.value for option in question.options} | set(services if question.options_from else ())
        for question in questions
        if question.kind == "choice"
    }
    return [
        where
        for key, wanted in quotas.items()
        for where in ([f"{key}/{value}" for value in wanted if value not in options[key]] if key in options else [key])
    ]
