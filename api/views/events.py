"""The numbered events, for programs that have no socket."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ResourceView
from api.serializers import inputs, resources
from inbox import access
from inbox.realtime.replay import events_after


class EventList(ResourceView):
    @extend_schema(
        operation_id="events_list",
        parameters=[inputs.EventQuery],
        responses={200: resources.EventPage, 410: resources.ErrorAnswer},
        tags=["events"],
    )
    def get(self, request: Request) -> Response:
        """What happened after a number, in order, as far as the caller may see it.

        `through` is where the next page begins. 410 means that those events are not kept any more, or that the
        stream has changed: load the present state, and go on from `events.seq` of `me`.
        """
        query = self.read_query(inputs.EventQuery)
        page = events_after(
            access.viewer_in(self.actor, self.organization),
            self.organization.pk,
            query.get("stream"),
            query["after"],
            query["limit"],
        )
        return Response(page.as_json())
