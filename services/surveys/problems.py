"""What can be wrong with a questionnaire, a review or a response; each has its own name.

Problem (kit)
├── QuestionnaireFixed        409  a published questionnaire never changes
├── QuestionnaireNotPublished 409  a review needs a published one
├── WrongStatus               409  the review is not in a state that allows this
├── FixedField                409  this field cannot be changed any more
├── AlreadyExists             409  another thing has this id
├── UnknownRegion, UnknownProgram, UnknownLocation, UnknownQuestionnaire  422  not there, or not in that place
├── UnknownQuota              422  a quota for an answer that the questionnaire does not have
├── UnknownVisit              404  no visit with this id in the caller's rows
├── ReviewClosed              409  the review takes no responses now
├── ResponseConflict          409  the id is taken by a response with other content
├── ResponseDeleted           410  it was stored and then deleted
├── AttachmentConflict        409  the id is taken by another file
├── AttachmentGone            410  it was deleted, or its upload was given up
├── AttachmentUnasked         422  no question asks for such a file, or the response does not name it
├── AttachmentTooLarge        413  more bytes than the question allows, or than were announced
├── AttachmentRefused         422  what came is no file of an allowed type, or it cannot be read
├── TooManyAttachments        409  the question or the response has as many as it may
├── StorageFull               507  the region has as many bytes as it may
├── ProtocolVersion           412  another version of the upload protocol
├── WrongOffset               409  the upload is somewhere else
├── UploadBusy                423  somebody else is sending to this upload
├── ChecksumMismatch          460  the piece is not what its checksum says
├── RangeOutside              416  the content has no such bytes
└── InvalidResponse           422  the answers do not fit the questionnaire; if all faults are of one kind:
    ├── UnknownQuestion, MissingAnswer, NotAnOption, WrongType, NotApplicableRefused,
    └── OutsidePeriod, SimulatedMismatch, UnknownField
"""

from services.kit.problems import Conflict, Invalid, NotFound, PayloadTooLarge, PreconditionFailed, Problem


class QuestionnaireFixed(Conflict):
    slug, title = "questionnaire-fixed", "A published questionnaire never changes"


class QuestionnaireNotPublished(Conflict):
    slug, title = "questionnaire-not-published", "The questionnaire is not published"


class WrongStatus(Conflict):
    slug, title = "wrong-status", "Its status does not allow this"


class FixedField(Conflict):
    slug, title = "fixed-field", "This cannot be changed any more"


class AlreadyExists(Conflict):
    slug, title = "already-exists", "This id is taken"


class UnknownRegion(Invalid):
    slug, title = "unknown-region", "The registry has no such region"


class UnknownProgram(Invalid):
    slug, title = "unknown-program", "The registry has no such programme in this region"


class UnknownLocation(Invalid):
    slug, title = "unknown-location", "The registry has no such location of this programme"


class UnknownQuestionnaire(Invalid):
    slug, title = "unknown-questionnaire", "There is no such questionnaire for this region"


class UnknownQuota(Invalid):
    slug, title = "unknown-quota", "The questionnaire has no such question or answer"


class UnknownVisit(NotFound):
    slug, title = "unknown-visit", "There is no such visit here"


class ReviewClosed(Conflict):
    slug, title = "review-closed", "The review takes no responses now"


class ResponseConflict(Conflict):
    slug, title = "response-conflict", "This id belongs to a response with other content"


class ResponseDeleted(Problem):
    status, slug, title = 410, "gone", "It was deleted"


class AttachmentConflict(Conflict):
    slug, title = "attachment-conflict", "This id belongs to another file"


class AttachmentGone(Problem):
    status, slug, title = 410, "attachment-gone", "The file is no longer here"


class AttachmentUnasked(Invalid):
    slug, title = "attachment-unasked", "Nothing asks for this file"


class AttachmentTooLarge(PayloadTooLarge):
    slug, title = "attachment-too-large", "The file is too large"


class AttachmentRefused(Invalid):
    slug, title = "attachment-refused", "The file cannot be taken"


class TooManyAttachments(Conflict):
    slug, title = "too-many-attachments", "There are as many files as there may be"


class StorageFull(Problem):
    status, slug, title = 507, "storage-full", "The region's room for files is used up"


class ProtocolVersion(PreconditionFailed):
    slug, title = "protocol-version", "Another version of the upload protocol is needed"


class WrongOffset(Conflict):
    slug, title = "wrong-offset", "The upload is not where this piece begins"


class UploadBusy(Problem):
    status, slug, title = 423, "upload-busy", "Somebody is sending to this upload already"

    def __init__(self) -> None:
        super().__init__("One piece at a time; ask for the offset and go on in a moment.", headers={"Retry-After": "2"})


class ChecksumMismatch(Problem):
    status, slug, title = 460, "checksum-mismatch", "The piece is not what its checksum says"


class RangeOutside(Problem):
    status, slug, title = 416, "range-outside", "The content has no such bytes"


class InvalidResponse(Invalid):
    slug, title = "invalid-response", "The response does not fit the questionnaire"


class UnknownQuestion(InvalidResponse):
    slug, title = "unknown-question", "The questionnaire has no such question"


class MissingAnswer(InvalidResponse):
    slug, title = "missing-answer", "A required answer is missing"


class NotAnOption(InvalidResponse):
    slug, title = "not-an-option", "The value is not one of the options"


class WrongType(InvalidResponse):
    slug, title = "wrong-type", "The value has the wrong type"


class NotApplicableRefused(InvalidResponse):
    slug, title = "not-applicable-refused", "This question must be answered"


class OutsidePeriod(InvalidResponse):
    slug, title = "outside-period", "The date lies outside the review"


class SimulatedMismatch(InvalidResponse):
    slug, title = "simulated-mismatch", "Simulated and real responses never mix"


class UnknownField(InvalidResponse):
    slug, title = "unknown-field", "A response has no such field"


FAULTS = (
    InvalidResponse, UnknownQuestion, MissingAnswer, NotAnOption, WrongType, NotApplicableRefused, OutsidePeriod,
    SimulatedMismatch, UnknownField,
)  # fmt: skip
OF_A_RESPONSE: dict[str, type[Problem]] = {kind.slug: kind for kind in (*FAULTS, ReviewClosed, UnknownVisit)}
