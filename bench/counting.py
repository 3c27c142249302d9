"""Counting the queries of a request, in this process."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client

from bench.seed import Tenant


class _Counter:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


def queries_of(tenant: Tenant, address: str) -> int:
    """How many statements a GET with the organisation's API key runs.

    Raises:
        RuntimeError: it was refused.
    """
    counter = _Counter()
    client = Client(headers={"Authorization": f"Bearer {tenant.api_key}"})
    with connection.execute_wrapper(counter):
        answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}")
    return counter.count
