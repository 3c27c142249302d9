"""The OpenAPI schema, the page that shows it, and the answer for addresses that are not there."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import NotFound


class SchemaView(SpectacularAPIView):
    authentication_classes = []
    permission_classes = []


# Swagger UI draws with data: images; everything else of it comes from the sidecar, under the site's own policy.
@method_decorator(csp_update({"img-src": "data:"}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    authentication_classes = []
    permission_classes = []
    url_name = "schema"
    template_name = "api/docs.html"


@extend_schema(exclude=True)
class NothingHere(APIView):
    """Any other address under /api/v1/: the same error shape as everywhere."""

    authentication_classes = []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound

    def get(self, request: Request, **kwargs: Any) -> Response:
        raise NotFound
