"""What the reports service refuses, by name.

Problem                      status  when
├── RebuildRunning             409   one rebuild at a time
├── AlreadyRecorded            409   one of a kind that there can be once
├── FixedField                 409   what other things depend on stays as it is
├── WrongState                 409   it cannot go there from where it is
├── InstrumentFixed            409   a published instrument never changes
├── Incomplete                 409   scores are missing that the step needs
├── AlreadySubmitted           409   scores that were handed in stay
├── NotAgreeable               409   a dimension is agreed on as a whole or by its indicators, not both
├── AlreadyExists              409   the id is in use
├── NotPublished               409   only what is published is frozen as a report
├── ObjectedAlready            409   once for each time that it was said to be done
├── UnknownGroup               422   the questionnaire has no such group
├── CannotMerge                422   an aspiration cannot be merged into that one
├── ReportWithdrawn            410   a report that was taken back, with the reason
├── UnknownSubject             422   there is nothing of that kind to freeze a report of
├── RenderingFailed            500   a file of a report could not be made
├── CannotPlan                 422   a follow-up needs something to be about, an agency and a class
├── NothingToShow              422   whoever says that it is done shows it, or says how
├── FeedRefused                502   a feed did not take our credential or our cursor, or there is no credential
└── FeedBroken                 502   a feed says what cannot be: the intake stops there and moves no cursor
"""

from services.kit.problems import BadUpstream, Conflict, InternalError, Invalid, Problem


class UnknownGroup(Invalid):
    slug, title = "unknown-group", "The questionnaire has no such group"


class RebuildRunning(Conflict):
    slug, title = "rebuild-running", "A rebuild is running already"


class WrongState(Conflict):
    slug, title = "wrong-state", "It cannot go there from where it is"


class NotPublished(Conflict):
    slug, title = "not-published", "It is not published"


class AlreadyExists(Conflict):
    slug, title = "already-exists", "The id is in use"


class ObjectedAlready(Conflict):
    slug, title = "objected-already", "It was said already that this is not solved"


class CannotPlan(Invalid):
    slug, title = "cannot-plan", "This cannot be planned"


class NothingToShow(Invalid):
    slug, title = "nothing-to-show", "Say what was done, or show it"


class CannotMerge(Invalid):
    slug, title = "cannot-merge", "It cannot be merged into that one"


class ReportWithdrawn(Problem):
    status, slug, title = 410, "report-withdrawn", "The report was withdrawn"


class UnknownSubject(Invalid):
    slug, title = "unknown-subject", "There is nothing to make this report of"


class RenderingFailed(InternalError):
    slug, title = "rendering-failed", "The file could not be made"


class FeedRefused(BadUpstream):
    slug, title = "feed-refused", "A change feed refused us"


class FeedBroken(BadUpstream):
    slug, title = "feed-broken", "A change feed contradicts itself"


class AlreadyRecorded(Conflict):
    slug, title = "already-recorded", "There is one already"


class FixedField(Conflict):
    slug, title = "fixed-field", "This cannot be changed any more"


class InstrumentFixed(Conflict):
    slug, title = "instrument-fixed", "A published instrument never changes"


class Incomplete(Conflict):
    slug, title = "incomplete", "Something is missing that this step needs"


class AlreadySubmitted(Conflict):
    slug, title = "already-submitted", "What was submitted does not change any more"


class NotAgreeable(Conflict):
    slug, title = "not-agreeable", "A score cannot be agreed on there"
