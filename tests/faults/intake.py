"""What has become of the webhooks, as the database says."""

from __future__ import annotations

from tests.copy import Copy


def is_taken_in(copy: Copy) -> bool:
    """Tell whether no webhook waits to be read."""
    return copy.sql("SELECT count(*) FROM integrations_inbounddelivery WHERE state = 'pending'") == [(0,)]


def wrong_counters(copy: Copy) -> list[str]:
    """Where the kept numbers of conversations differ from the rows, both seen at one moment."""
    rows = copy.sql(
        "WITH kept AS (SELECT organization_id, status, assignee_id, count FROM inbox_conversationcounter "
        "WHERE count <> 0), there AS (SELECT organization_id, status, coalesce(assignee_id, 0) AS assignee_id, "
        "count(*) FROM inbox_conversation GROUP BY 1, 2, 3) "
        "SELECT organization_id, status, assignee_id, kept.count, there.count "
        "FROM kept FULL JOIN there USING (organization_id, status, assignee_id) "
        "WHERE kept.count IS DISTINCT FROM there.count"
    )
    return [
        f"organisation {organization}, {status}, assignee {assignee}: kept {kept}, there {there}"
        for organization, status, assignee, kept, there in rows
    ]
