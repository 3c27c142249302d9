"""Messages: by phone number, and another try of one that failed."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ResourceView
from api.idempotency import idempotent
from api.serializers import inputs, resources
from api.views.conversations import IDEMPOTENCY
from inbox import access, messages, queries, reactions

_TAGS = ["messages"]


class MessageAttempts(ResourceView):
    @extend_schema(
        operation_id="messages_attempts_create",
        parameters=[IDEMPOTENCY],
        request=inputs.AttemptInput,
        responses={201: resources.Message, 409: resources.ErrorAnswer},
        tags=_TAGS,
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Try a failed message again; one whose outcome is not known only with `even_if_unconfirmed`."""
        data = self.read(inputs.AttemptInput)
        message = messages.resend(
            access.message(self.actor, pk), by=self.actor, send_unconfirmed=data["even_if_unconfirmed"]
        )
        return Response(queries.message_resources([message.pk])[message.pk], status=201)


class MessageReaction(ResourceView):
    @extend_schema(
        operation_id="messages_react",
        request=inputs.ReactionInput,
        responses={200: resources.Message, 409: resources.ErrorAnswer},
        tags=_TAGS,
    )
    def put(self, request: Request, pk: int) -> Response:
        """React to a message; there is one reaction of ours, and a new one replaces it."""
        return self._answer(pk, self.read(inputs.ReactionInput)["emoji"])

    @extend_schema(
        operation_id="messages_unreact",
        request=None,
        responses={200: resources.Message, 409: resources.ErrorAnswer},
        tags=_TAGS,
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Take our reaction back."""
        return self._answer(pk, "")

    def _answer(self, pk: int, emoji: str) -> Response:
        message = reactions.react(access.message(self.actor, pk), emoji=emoji, by=self.actor)
        return Response(queries.message_resources([message.pk])[message.pk])


class MessageEdits(ResourceView):
    @extend_schema(
        operation_id="messages_edits_list", responses=resources.page_of(resources.MessageEdit), tags=_TAGS
    )
    def get(self, request: Request, pk: int) -> Response:
        """What a message said before, oldest first. Of a deleted one nothing is told."""
        rows = queries.edit_rows(access.message(self.actor, pk).pk)
        return Response({"results": rows, "next": None, "previous": None})


class TextByPhone(ResourceView):
    @extend_schema(
        operation_id="messages_text_create",
        parameters=[IDEMPOTENCY],
        request=inputs.PhoneMessageInput,
        responses={201: resources.Message, 404: resources.ErrorAnswer, 409: resources.ErrorAnswer},
        tags=_TAGS,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Write to the customer with this number, in their conversation. 404 when there is none."""
        data = self.read(inputs.PhoneMessageInput)
        conversation = access.conversation_by_phone(self.actor, data["to"])
        message = messages.send_text(conversation, text=data["text"], by=self.actor)
        return Response(queries.message_resources([message.pk])[message.pk], status=201)
