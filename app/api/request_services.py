"""Hands a route the services of the app that it belongs to."""

from typing import Annotated

from fastapi import Depends, Request

from app.services import Services


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


ServicesOf = Annotated[Services, Depends(_services)]
