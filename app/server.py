"""The whole web application: the API with the page mounted behind it."""

from collections.abc import Mapping

import gradio as gr
from fastapi import FastAPI

from adapters.catalog import Catalog, digest_base
from app.api.application import create_api
from app.compare import ComparisonService
from app.feedback.store import FeedbackStore
from app.local_catalog import base_folder
from app.page import addresses
from app.page.build import build_page, mount_options
from app.services import Services
from app.settings import Settings
from engine.worker import EngineWorker


def create_app(
    settings: Settings,
    worker: EngineWorker,
    catalog: Catalog,
    feedback: FeedbackStore,
    unavailable: Mapping[str, str] | None = None,
) -> FastAPI:
    """The application at `/`. `unavailable` says per task why its adapter is not served."""
    services = Services(settings, worker, catalog, feedback, unavailable or {})
    app = create_api(services)
    comparisons = ComparisonService(
        catalog,
        worker,
        feedback,
        catalog.base_digest or digest_base(base_folder(settings, catalog)),
        services.unavailable,
    )
    app.include_router(addresses.router)
    page = build_page(comparisons, catalog, worker, feedback)
    gr.mount_gradio_app(app, page, path="/", **mount_options())
    return app
