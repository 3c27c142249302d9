"""Raw webhooks: what came, what of it had no effect, and trying it again."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api import paging
from api.base import ResourceView
from api.serializers import inputs, resources
from inbox import deliveries

_TAGS = ["deliveries"]


class DeliveryList(ResourceView):
    owner_only = True

    @extend_schema(
        operation_id="deliveries_list",
        parameters=[inputs.DeliveryQuery],
        responses=resources.page_of(resources.Delivery),
        tags=_TAGS,
    )
    def get(self, request: Request) -> Response:
        """Webhook bodies that Meta delivered, newest first, with what could not be taken in and why."""
        query = self.read_query(inputs.DeliveryQuery)
        page = deliveries.page(self.actor, paging.cut_from(query, times=0), state=query.get("state"))
        return paging.answer(request, page)


class DeliveryDetail(ResourceView):
    owner_only = True

    @extend_schema(operation_id="deliveries_read", responses=resources.Delivery, tags=_TAGS)
    def get(self, request: Request, pk: int) -> Response:
        """One delivery."""
        return Response(deliveries.resource(deliveries.one(self.actor, pk)))


class DeliveryReplay(ResourceView):
    owner_only = True

    @extend_schema(
        operation_id="deliveries_replay", request=None, responses={200: resources.Delivery}, tags=_TAGS
    )
    def post(self, request: Request, pk: int) -> Response:
        """Take a delivery in once more. What had its effect before has none now."""
        delivery = deliveries.replay(deliveries.one(self.actor, pk), by=self.actor)
        return Response(deliveries.resource(delivery))
