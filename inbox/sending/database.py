"""Database steps of the senders, from their event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from django.db import connections

from core.tenancy import all_tenants, tenant_scope

T = TypeVar("T")


async def in_scope(organization_id: int, step: Callable[[], T]) -> T:
    """Run a database step in a thread, within a tenant's scope, and give its connection back to the pool."""

    def run() -> T:
        try:
            with tenant_scope(organization_id):
                return step()
        finally:
            connections.close_all()

    return await asyncio.to_thread(run)


async def across_tenants(step: Callable[[], T]) -> T:
    """Run a step that finds out whose work is due."""

    def run() -> T:
        try:
            with all_tenants():
                return step()
        finally:
            connections.close_all()

    return await asyncio.to_thread(run)
