"""The surveys service put together: questionnaires, reviews, visits, the intake of responses, and its feed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI

from services.kit.app import Service, create
from services.kit.changes import Watch
from services.surveys.attachments import routes as attachments
from services.surveys.attachments.desk import furnish
from services.surveys.attachments.sweep import swept
from services.surveys.changes import routes as changes
from services.surveys.changes.horizon import watched
from services.surveys.changes.service import FEED
from services.surveys.clients import Programs
from services.surveys.examinations.loop import Examinations
from services.surveys.examinations.service import Examiner
from services.surveys.flags import routes as flags
from services.surveys.permissions import PERMISSIONS
from services.surveys.progress import routes as progress
from services.surveys.quarantine import routes as quarantine
from services.surveys.quarantine.count import counted, forgetting
from services.surveys.quarantine.refusals import Refusals
from services.surveys.questionnaires import routes as questionnaires
from services.surveys.responses import routes as responses
from services.surveys.responses.contexts import Contexts
from services.surveys.responses.store import Store
from services.surveys.reviews import routes as reviews
from services.surveys.revisions import routes as revisions
from services.surveys.settings import Settings
from services.surveys.visits import routes as visits

DESCRIPTION = "What people are asked, where and when, and what they answer: none lost, none twice, none changed."


def create_app(settings: Settings | None = None) -> FastAPI:
    """The ASGI application, with settings from the environment unless they are given."""
    settings = settings or Settings()
    service = Service(
        title="Tinjau surveys",
        description=DESCRIPTION,
        permissions=PERMISSIONS,
        routers=(
            questionnaires.router,
            reviews.router,
            visits.router,
            responses.router,
            revisions.router,
            quarantine.router,
            attachments.sending,
            attachments.router,
            flags.router,
            progress.router,
            changes.router,
        ),
        lifespan=partial(_open, settings),
        hot=responses.HOT,
    )
    return create(service, settings)


@asynccontextmanager
async def _open(settings: Settings, app: FastAPI) -> AsyncIterator[None]:
    app.state.programs = Programs(settings.programs_url, settings.programs_seconds)
    app.state.contexts = Contexts(app.state.database)
    app.state.store = Store(settings.database_url)
    app.state.watch = Watch(partial(FEED.head, app.state.database))
    horizon = watched(app.state.database, app.state.watch)
    app.state.quarantine = counted(app.state.database)
    app.state.refusals = Refusals(app.state.database, app.state.contexts, settings.refused_bytes)
    refused = forgetting(app.state.database, settings.refused_days)
    app.state.attachments = furnish(settings, app.state.database, app.state.contexts)
    sweep = swept(app.state.attachments)
    store: Store = app.state.store
    # Flags can wait for those who send, and for those who catch up with what was sent: an index is asked for sooner.
    examinations = Examinations(
        Examiner(app.state.database),
        lambda: store.groups + store.pressure.behind,
        store.pressure.thick,
        idle=settings.examine_idle,
    )
    if settings.examine:
        examinations.start()
    try:
        yield
    finally:
        await examinations.close()
        await sweep.close()
        await refused.close()
        await app.state.quarantine.close()
        await horizon.close()
        await app.state.watch.close()
        await app.state.store.close()
        await app.state.programs.close()
