"""The application without the page: middleware, API routes, our static files.

Owns the order of these; knows nothing of what they do.
"""

from importlib.metadata import version

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from app.api import adapters, chat, completions, health, lorax, metrics, models, ratings, tasks
from app.api.closed_paths import close_api_paths
from app.api.errors import install_error_handlers
from app.keys import Keys
from app.metrics.requests import Metrics
from app.middleware.body_limit import BodyLimit
from app.middleware.callers import Callers
from app.middleware.headers import SecurityHeaders
from app.middleware.origins import OwnOriginOnly
from app.middleware.rate_limit import RateLimit
from app.middleware.request_log import RequestLog
from app.middleware.session import SessionCookie
from app.services import Services
from app.settings import Settings
from app.static_files import STATIC, STATIC_URL


def create_api(services: Services) -> FastAPI:
    """The application without the page: what programs talk to."""
    # The documentation pages of FastAPI load scripts from elsewhere; the schema is served.
    app = FastAPI(title="LoRA Land", version=version("lora-land"), docs_url=None, redoc_url=None)
    app.state.services = services
    app.state.metrics = Metrics(services.worker, services.base_id)
    services.worker.watch(services.recent.add)
    install_error_handlers(app)
    modules = (health, metrics, models, completions, chat, lorax, tasks, adapters, ratings)
    routers = [module.router for module in modules]
    for router in routers:
        app.include_router(router)
    close_api_paths(app, routers)
    app.mount(STATIC_URL, StaticFiles(directory=STATIC), name="static")
    _add_middleware(app, services.settings)
    return app


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """The first added is the innermost."""
    app.add_middleware(SessionCookie)
    app.add_middleware(BodyLimit)
    if settings.requests_per_minute is not None:
        app.add_middleware(RateLimit, per_minute=settings.requests_per_minute)
    app.add_middleware(Callers, keys=Keys.of(settings))
    app.add_middleware(OwnOriginOnly, origins=settings.origins)
    # Gradio answers any Origin with leave to read, unless its parent has a policy of its own.
    app.add_middleware(CORSMiddleware, allow_origins=settings.origins, allow_methods=["*"])
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestLog)
