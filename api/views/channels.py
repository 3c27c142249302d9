"""The numbers that the organisation speaks through, and what Meta tells of them."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api import paging
from api.base import ResourceView
from api.serializers import channels as shapes
from api.serializers import inputs, resources
from core.errors import PermissionDenied
from inbox.channels import resources as channels
from inbox.channels import troubles

_TAGS = ["channels"]


class ChannelList(ResourceView):
    @extend_schema(operation_id="channels_list", responses=resources.page_of(shapes.Channel), tags=_TAGS)
    def get(self, request: Request) -> Response:
        """The numbers, with what stops them from sending."""
        rows = list(channels.of_channels().values())
        return Response({"results": rows, "next": None, "previous": None})


class ChannelResume(ResourceView):
    @extend_schema(operation_id="channels_resume", request=None, responses={200: shapes.Channel}, tags=_TAGS)
    def post(self, request: Request, pk: int) -> Response:
        """Let what waits go on, as the trouble was mended. For owners; an API key changes no settings."""
        if self.actor.role != "owner":
            raise PermissionDenied
        troubles.resume(pk, by=self.actor)
        return Response(channels.of_channels([pk])[pk])


class ChannelAlertList(ResourceView):
    owner_only = True

    @extend_schema(
        operation_id="channel_alerts_list",
        parameters=[inputs.PageQuery],
        responses=resources.page_of(shapes.ChannelAlert),
        tags=_TAGS,
    )
    def get(self, request: Request) -> Response:
        """What Meta told about accounts, numbers and templates, and when sending stopped; newest first."""
        cut = paging.cut_from(self.read_query(inputs.PageQuery), times=0)
        return paging.answer(request, channels.alert_page(cut))
