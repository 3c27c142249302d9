"""What has become of the webhooks, as the database says."""

from __future__ import annotations

from tests.copy import Copy


def is_taken_in(copy: Copy) -> bool:
    """Tell whether no webhook waits to be read."""
    return copy.sql("SELECT count(*) FROM integrations_inbounddelivery WHERE state = 'pending'") == [(0,)]
