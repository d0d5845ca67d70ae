"""The whole web application: the API with the page mounted behind it."""

from collections.abc import Mapping

import gradio as gr
from fastapi import FastAPI

from adapters.catalog import Catalog, digest_base
from app.api.application import create_api
from app.arena.arena import Arena
from app.compare import ComparisonService
from app.feedback.store import FeedbackStore
from app.local_catalog import base_folder
from app.page import addresses
from app.page.build import build_page, mount_options
from app.rush.runs import Runs
from app.services import Services, Shelf
from app.settings import Settings
from app.site import about, all_at_once, arena, engine_page, history, leaderboard, paper
from engine.worker import EngineWorker

OWN_PAGES = (about, all_at_once, arena, engine_page, history, leaderboard, paper)
"""Modules with a `router`; Gradio's page, mounted last, answers what is left."""


def create_app(
    settings: Settings,
    worker: EngineWorker,
    catalog: Catalog,
    feedback: FeedbackStore,
    unavailable: Mapping[str, str] | None = None,
) -> FastAPI:
    """The application at `/`. `unavailable` says per task why its adapter is not served."""
    shelf = Shelf(worker, catalog, settings.adapters, unavailable or {})
    app = create_api(Services(settings, worker, shelf, feedback))
    base_digest = catalog.base_digest or digest_base(base_folder(settings, catalog))
    comparisons = ComparisonService(shelf, worker, feedback, base_digest)
    app.state.runs = Runs()
    app.state.arena = Arena(comparisons, feedback)
    app.include_router(addresses.router)
    for module in OWN_PAGES:
        app.include_router(module.router)
    page = build_page(comparisons, shelf, worker, feedback)
    gr.mount_gradio_app(app, page, path="/", **mount_options())
    return app
