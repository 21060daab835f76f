"""The reports service put together: the intake of both change feeds, indexes, methods, the calculator, rebuilds, and
frozen reports with their documents."""

import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI

from services.kit.app import Service, create
from services.kit.changes import Watch
from services.reports.aspirations import routes as aspirations
from services.reports.changes import routes as changes
from services.reports.changes.service import FEED
from services.reports.charts import routes as charts
from services.reports.clients import Feeds
from services.reports.comparisons import routes as comparisons
from services.reports.compute import routes as compute
from services.reports.deadlines import routes as deadlines
from services.reports.documents import routes as documents
from services.reports.evaluations import routes as evaluations
from services.reports.evaluations import scoring
from services.reports.figures import routes as figures
from services.reports.followups import parts
from services.reports.followups import routes as followups
from services.reports.followups.watch import watched
from services.reports.holidays import routes as holidays
from services.reports.index import routes as index
from services.reports.instruments import routes as instruments
from services.reports.intake.loop import Intake
from services.reports.methods import routes as methods
from services.reports.open311 import routes as open311
from services.reports.permissions import PERMISSIONS
from services.reports.progress import routes as progress
from services.reports.rebuilds import routes as rebuilds
from services.reports.rebuilds.runner import Rebuilder
from services.reports.recaps import routes as recaps
from services.reports.renderings import routes as renderings
from services.reports.renderings.maker import Maker
from services.reports.settings import Settings

DESCRIPTION = "What the answers say: indexes with everything needed to make them again, kept up to date by the feeds."

# What follows is the code of a citizen's receipt: whoever has it sees what they asked for.
RECEIPT = re.compile("/api/v1/aspirations/track/")
# Sums are made in a thread, and pages of the feed come in meanwhile: each wakes the event loop, which would wait ten
# times as long for the thread to let it go.
SWITCH_SECONDS = 0.0005


def create_app(settings: Settings | None = None) -> FastAPI:
    """The ASGI application, with settings from the environment unless they are given."""
    service = Service(
        title="Tinjau reports",
        description=DESCRIPTION,
        permissions=PERMISSIONS,
        routers=(
            index.router,
            compute.router,
            methods.router,
            rebuilds.router,
            changes.router,
            recaps.router,
            progress.router,
            aspirations.router,
            charts.router,
            documents.router,
            renderings.router,
            instruments.router,
            evaluations.router,
            scoring.router,
            comparisons.router,
            figures.router,
            followups.router,
            parts.router,
            holidays.router,
            deadlines.router,
        ),
        standards=(open311.router,),
        lifespan=_feeds,
        secret=RECEIPT,
    )
    return create(service, settings or Settings())


@asynccontextmanager
async def _feeds(app: FastAPI) -> AsyncIterator[None]:
    sys.setswitchinterval(SWITCH_SECONDS)
    settings: Settings = app.state.settings
    feeds = Feeds(settings.feeds_url, settings.credential_file, settings.feed_seconds)
    intake = Intake(
        app.state.database, feeds, page=settings.feed_page, wait=settings.feed_wait, gather=settings.feed_gather
    )
    app.state.watch = Watch(partial(FEED.head, app.state.database))
    app.state.feeds = feeds
    reminders = watched(app.state.database, settings.reminders) if settings.reminders else None
    app.state.maker = Maker(app.state.database, settings.renderers)
    app.state.rebuilder = Rebuilder(app.state.database, feeds, page=settings.feed_page)
    if settings.intake:
        intake.start()
    try:
        yield
    finally:
        await app.state.watch.close()
        if reminders:
            await reminders.close()
        await intake.stop()
        await app.state.maker.stop()
        await app.state.rebuilder.stop()
        await feeds.close()
