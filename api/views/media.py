"""Uploads: files that are to be sent."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api import uploads
from api.base import ResourceView
from api.serializers import inputs, resources
from core.errors import Invalid
from inbox.files import limits, shown
from inbox.files import uploads as files

_TAGS = ["media"]


class MediaUpload(ResourceView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        uploads.without_form(request)
        return super().dispatch(request, *args, **kwargs)

    @extend_schema(
        operation_id="media_create",
        request={"multipart/form-data": inputs.UploadInput},
        responses={
            201: resources.Attachment,
            409: resources.ErrorAnswer,
            413: resources.ErrorAnswer,
            415: resources.ErrorAnswer,
            422: resources.ErrorAnswer,
        },
        tags=_TAGS,
    )
    def post(self, request: Request) -> Response:
        """Upload a file, to be sent by its id within a day; until then only the uploader sees it.

        What it is is decided by its bytes. Pictures lose their notes of place, time and camera; recordings become
        voice notes when asked.
        """
        fields, incoming, name = uploads.receive(request._request, self.organization.pk)
        with incoming:
            checked = inputs.UploadInput(data=fields)
            checked.is_valid(raise_exception=True)
            kind, voice = checked.validated_data.get("kind"), checked.validated_data["voice"]
            if voice and kind not in (None, "audio"):
                raise Invalid(voice=[_("Only sound can be a voice note.")])
            row = files.take(incoming, file_name=name, kind=kind, voice=voice, by=self.actor)
        return Response(shown.one(row.pk), status=201)


class MediaLimits(ResourceView):
    @extend_schema(operation_id="media_limits", responses=resources.MediaLimits, tags=_TAGS)
    def get(self, request: Request) -> Response:
        """What may be uploaded, by kind; `voice` is what a voice note may be made of."""
        return Response(limits.as_json())
