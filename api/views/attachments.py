"""Files of messages: their bytes, and another try to fetch one."""

from __future__ import annotations

import logging
from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from api import files
from api.base import ResourceView
from api.files import Served
from api.formats import JsonRenderer
from api.serializers import inputs, resources
from core.errors import NotFound
from inbox import access
from inbox.files import inbound, kinds, names, shown, storage
from inbox.models import Attachment, AttachmentState

logger = logging.getLogger(__name__)

_TAGS = ["attachments"]
_BYTES = OpenApiResponse(OpenApiTypes.BINARY, description="The bytes; 206 for a range.")
_PARAMETERS: list[Any] = [
    inputs.ContentQuery,
    OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="One range of bytes."),
    OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER),
]


class AttachmentContent(ResourceView):
    """The bytes of a file; who may see the message may have them, and that is looked at each time."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        """An image element accepts no JSON, and would be refused before it could be told why."""
        return JsonRenderer(), JsonRenderer.media_type

    @extend_schema(
        operation_id="attachments_content",
        parameters=_PARAMETERS,
        responses={
            (200, "*/*"): _BYTES,
            (206, "*/*"): _BYTES,
            304: OpenApiResponse(description="It is the one that `If-None-Match` names."),
            404: resources.ErrorAnswer,
            416: OpenApiResponse(description="The file has no such range."),
        },
        tags=_TAGS,
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """The file itself, a thumbnail of what can be seen, or the copy that every browser plays.

        Pictures, sound and film are shown in place; everything else is only saved. HEAD works as well.
        """
        variant = self.read_query(inputs.ContentQuery)["variant"]
        attachment = access.attachment(self.actor, pk)
        served = _served(attachment, variant)
        try:
            return files.answer(request._request, served)
        except FileNotFoundError as error:
            # A database without its files, as after a restore of one alone.
            logger.error("files.lost", extra={"attachment": pk, "variant": variant})
            raise NotFound from error

    @extend_schema(exclude=True)
    def head(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.get(request, *args, **kwargs)


class AttachmentFetch(ResourceView):
    @extend_schema(
        operation_id="attachments_fetch",
        request=None,
        responses={200: resources.Attachment, 409: resources.ErrorAnswer},
        tags=_TAGS,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Try once more to get a customer's file that failed, or waits for its next try."""
        attachment = inbound.fetch_again(access.attachment(self.actor, pk), by=self.actor)
        return Response(shown.one(attachment.pk))


def _served(attachment: Attachment, variant: str) -> Served:
    """Say what is answered with.

    Raises:
        NotFound: the file has not come, or has no such variant.
    """
    key, mime_type = {
        "original": (attachment.storage_key, attachment.mime_type),
        "thumbnail": (attachment.thumbnail_key, "image/webp"),
        "playable": (attachment.playable_key, "audio/mp4" if attachment.kind == "audio" else "video/mp4"),
    }[variant]
    if attachment.state != AttachmentState.STORED or not key:
        raise NotFound
    is_ours = variant != "original"
    name = names.download_name(
        # What we have made of it is of another type than its name says.
        "" if is_ours else attachment.file_name,
        kind=attachment.kind,
        attachment_id=attachment.pk,
        mime_type=mime_type,
    )
    return Served(
        path=storage.path_of(attachment.organization_id, key),
        tag=key,
        mime_type=mime_type,
        name=name,
        in_place=is_ours or kinds.is_shown_in_place(attachment.kind, mime_type),
    )
