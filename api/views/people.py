"""Contacts and members."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api import paging
from api.base import ResourceView
from api.idempotency import idempotent
from api.serializers import inputs, resources
from api.views.conversations import IDEMPOTENCY
from inbox import access, contacts, members, queries


class ContactList(ResourceView):
    @extend_schema(
        operation_id="contacts_list",
        parameters=[inputs.ContactQuery],
        responses=resources.page_of(resources.Contact),
        tags=["contacts"],
    )
    def get(self, request: Request) -> Response:
        """Contacts, newest first; an agent gets those of the conversations that they see."""
        query = self.read_query(inputs.ContactQuery)
        who = access.viewer_in(self.actor, self.organization)
        return paging.answer(
            request, queries.contact_page(who, paging.cut_from(query, times=0), search=query["q"])
        )

    @extend_schema(
        operation_id="contacts_create",
        parameters=[IDEMPOTENCY],
        request=inputs.ContactInput,
        responses={201: resources.Contact, 409: resources.ErrorAnswer},
        tags=["contacts"],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Save a contact. 409 contact_exists names the one that has the number already."""
        contact = contacts.save(**self.read(inputs.ContactInput), by=self.actor)
        who = access.viewer_in(self.actor, self.organization)
        return Response(queries.contact_resource(who, contact.pk), status=201)


class ContactDetail(ResourceView):
    @extend_schema(operation_id="contacts_read", responses=resources.Contact, tags=["contacts"])
    def get(self, request: Request, pk: int) -> Response:
        """One contact, with identities and conversations."""
        who = access.viewer_in(self.actor, self.organization)
        return Response(queries.contact_resource(who, access.contact(self.actor, pk).pk))


class MemberList(ResourceView):
    @extend_schema(
        operation_id="members_list",
        parameters=[inputs.PageQuery],
        responses=resources.page_of(resources.Member),
        tags=["members"],
    )
    def get(self, request: Request) -> Response:
        """The members of the organisation, by name."""
        cut = paging.cut_from(self.read_query(inputs.PageQuery), times=0)
        return paging.answer(request, members.page(self.organization.pk, cut))
