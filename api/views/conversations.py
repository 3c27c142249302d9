"""Conversations, and what one does with them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api import paging
from api.base import ResourceView
from api.idempotency import HEADER, idempotent, keep_body, was_answered
from api.serializers import inputs, resources
from core.errors import NotFound
from inbox import access, conversations, messages, queries
from inbox.errors import NotAMember
from inbox.files import links
from inbox.models import Attachment, Conversation, Message

_TAGS = ["conversations"]
IDEMPOTENCY = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, description="Makes a repetition harmless for 24 hours."
)


class ConversationView(ResourceView):
    """A view of one conversation."""

    def conversation(self, pk: int) -> Conversation:
        return access.conversation(self.actor, pk)

    def handle_exception(self, exc: Exception) -> Response:
        """Say where the conversation went also if it became part of another one while the request waited for it."""
        if isinstance(exc, NotFound) and self.request.method != "GET" and hasattr(self, "actor"):
            try:
                self.conversation(self.kwargs["pk"])
            except NotFound as known:
                exc = known
        return super().handle_exception(exc)

    def answer(self, conversation: Conversation) -> Response:
        return Response(queries.conversation_resources([conversation.pk])[conversation.pk])


class ConversationList(ResourceView):
    @extend_schema(
        operation_id="conversations_list",
        parameters=[inputs.ConversationQuery],
        responses=resources.page_of(resources.Conversation),
        tags=_TAGS,
    )
    def get(self, request: Request) -> Response:
        """Conversations that the caller sees, by their last message."""
        query = self.read_query(inputs.ConversationQuery)
        page = queries.conversation_page(
            access.viewer_in(self.actor, self.organization),
            paging.cut_from(query, times=1),
            status=query["status"],
            sort=query["sort"],
            search=query["q"],
        )
        return paging.answer(request, page)


class ConversationCounts(ResourceView):
    @extend_schema(operation_id="conversations_counts", responses=resources.Counts, tags=_TAGS)
    def get(self, request: Request) -> Response:
        """How many conversations the caller sees in each status."""
        return Response(queries.conversation_counts(access.viewer_in(self.actor, self.organization)))


class ConversationDetail(ConversationView):
    @extend_schema(
        operation_id="conversations_read",
        responses={200: resources.Conversation, 404: resources.ErrorAnswer},
        tags=_TAGS,
    )
    def get(self, request: Request, pk: int) -> Response:
        """One conversation as it is now.

        404 for one that has become part of another, as two contacts were merged; if the caller sees that, its id is
        `moved_to` in the details of the error. So it is wherever a conversation is named.
        """
        return self.answer(self.conversation(pk))


class ConversationMessages(ConversationView):
    @extend_schema(
        operation_id="conversations_messages_list",
        parameters=[inputs.PageQuery],
        responses=resources.page_of(resources.Message),
        tags=_TAGS,
    )
    def get(self, request: Request, pk: int) -> Response:
        """The thread, newest first; `next` leads to older messages."""
        cut = paging.cut_from(self.read_query(inputs.PageQuery), times=1)
        return paging.answer(request, queries.message_page(self.conversation(pk).pk, cut))

    @extend_schema(
        operation_id="conversations_messages_create",
        parameters=[IDEMPOTENCY],
        request=inputs.MessageInput,
        responses={
            201: resources.Message,
            409: resources.ErrorAnswer,
            413: resources.ErrorAnswer,
            415: resources.ErrorAnswer,
            502: resources.ErrorAnswer,
        },
        tags=_TAGS,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Write to the customer, or send a file. Outside of the 24-hour window it is refused (409 window_closed)."""
        keep_body(request)
        data = self.read(inputs.MessageInput)
        link = data.get("media", {}).get("link")
        fetched = None
        if link is not None and not was_answered(self, request):
            conversation = self.conversation(pk)
            known = messages.written_before(conversation, data.get("client_id"))
            if known is not None:
                return self._written(known)
            messages.check_window(conversation)
            # Before the transaction of the effect, which waits for no other server.
            fetched = links.fetch(link, kind=data["type"], voice=data.get("voice", False), by=self.actor)
        return self._write(request, pk, data, fetched)

    @idempotent
    def _write(self, request: Request, pk: int, data: dict[str, Any], fetched: Attachment | None) -> Response:
        conversation = self.conversation(pk)
        options: dict[str, Any] = {
            "by": self.actor,
            "reply_to": data.get("reply_to"),
            "client_id": data.get("client_id"),
        }
        if data["type"] == "text":
            message = messages.send_text(conversation, text=data["text"], **options)
        else:
            attachment = fetched or access.attachment(self.actor, data["media"].get("id", 0))
            message = messages.send_file(
                conversation,
                attachment=attachment,
                kind=data["type"],
                caption=data.get("caption", ""),
                **options,
            )
        return self._written(message)

    def _written(self, message: Message) -> Response:
        return Response(queries.message_resources([message.pk])[message.pk], status=201)


class ConversationAssignment(ConversationView):
    @extend_schema(
        operation_id="conversations_assign",
        request=inputs.AssignmentInput,
        responses={200: resources.Conversation, 409: resources.ErrorAnswer},
        tags=_TAGS,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Give the conversation to a member (one's own id takes it), or back to the queue (null)."""
        member_id = self.read(inputs.AssignmentInput)["member"]
        conversation = self.conversation(pk)
        to = access.active_member(self.actor.organization_id, member_id) if member_id is not None else None
        if member_id is not None and to is None:
            raise NotAMember(member=member_id)
        return self.answer(conversations.assign(conversation, to=to, by=self.actor))


class ConversationResolution(ConversationView):
    @extend_schema(
        operation_id="conversations_close", request=None, responses=resources.Conversation, tags=_TAGS
    )
    def post(self, request: Request, pk: int) -> Response:
        """Close the conversation."""
        return self.answer(conversations.close(self.conversation(pk), by=self.actor))

    @extend_schema(
        operation_id="conversations_reopen", request=None, responses={200: resources.Conversation}, tags=_TAGS
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Reopen the last episode of the conversation."""
        return self.answer(conversations.reopen(self.conversation(pk), by=self.actor))


class ConversationReadMark(ConversationView):
    @extend_schema(
        operation_id="conversations_mark_read",
        request=inputs.ReadInput,
        responses=resources.Conversation,
        tags=_TAGS,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Say that the customer's messages were read, up to one of them.

        It counts for the assignee, or for anyone while there is none; for others nothing changes.
        """
        through = self.read(inputs.ReadInput)["through_message_id"]
        return self.answer(
            conversations.mark_read(self.conversation(pk), through_message_id=through, by=self.actor)
        )


class ConversationTickets(ConversationView):
    @extend_schema(
        operation_id="conversations_tickets_list",
        parameters=[inputs.PageQuery],
        responses=resources.page_of(resources.Ticket),
        tags=_TAGS,
    )
    def get(self, request: Request, pk: int) -> Response:
        """The episodes of the conversation, newest first."""
        cut = paging.cut_from(self.read_query(inputs.PageQuery), times=0)
        return paging.answer(request, queries.ticket_page(self.conversation(pk).pk, cut))
