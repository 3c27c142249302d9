"""Two contacts that may be one person. For owners, managers and API keys."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api import paging
from api.base import ResourceView
from api.serializers import merging as shapes
from api.serializers import resources
from core.errors import PermissionDenied
from inbox import access
from inbox.merging import merge, undo
from inbox.merging import resources as proposals
from inbox.models import MergeProposal

_TAGS = ["merge-proposals"]
_ANSWERS = {200: shapes.MergeProposal, 409: resources.ErrorAnswer}


class ProposalView(ResourceView):
    """A view of one proposal."""

    def proposal(self, pk: int) -> MergeProposal:
        return access.merge_proposal(self.actor, pk)

    def answer(self, proposal: MergeProposal) -> Response:
        return Response(proposals.of_proposals([proposal.pk])[proposal.pk])


class ProposalList(ResourceView):
    @extend_schema(
        operation_id="merge_proposals_list",
        parameters=[shapes.ProposalQuery],
        responses={200: resources.page_of(shapes.MergeProposal), 403: resources.ErrorAnswer},
        tags=_TAGS,
    )
    def get(self, request: Request) -> Response:
        """Pairs of contacts that may be one person, newest first."""
        if not self.actor.sees_all:
            raise PermissionDenied
        query = self.read_query(shapes.ProposalQuery)
        page = proposals.page(paging.cut_from(query, times=0), state=query.get("state"))
        return paging.answer(request, page)


class ProposalAcceptance(ProposalView):
    @extend_schema(
        operation_id="merge_proposals_accept",
        request=shapes.AcceptanceInput,
        responses=_ANSWERS,
        tags=_TAGS,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Merge the two: everything of the other one moves to the one that is kept."""
        keep = self.read(shapes.AcceptanceInput)["keep"]
        return self.answer(merge.accept(self.proposal(pk), keep=keep, by=self.actor))

    @extend_schema(operation_id="merge_proposals_undo", request=None, responses=_ANSWERS, tags=_TAGS)
    def delete(self, request: Request, pk: int) -> Response:
        """Take the merge back. What has come since stays with the contact that was kept."""
        return self.answer(undo.undo(self.proposal(pk), by=self.actor))


class ProposalDismissal(ProposalView):
    @extend_schema(operation_id="merge_proposals_dismiss", request=None, responses=_ANSWERS, tags=_TAGS)
    def post(self, request: Request, pk: int) -> Response:
        """Say that they are two people; it is not proposed again."""
        return self.answer(merge.dismiss(self.proposal(pk), by=self.actor))


class ContactMerge(ProposalView):
    @extend_schema(
        operation_id="contacts_merge", request=shapes.MergeInput, responses=_ANSWERS, tags=["contacts"]
    )
    def post(self, request: Request, pk: int) -> Response:
        """Merge another contact into this one. The answer is the proposal by which it can be undone."""
        if not self.actor.sees_all:
            raise PermissionDenied
        other = self.read(shapes.MergeInput)["other"]
        keep, lose = access.contact(self.actor, pk), access.contact(self.actor, other)
        return self.answer(merge.merge(keep, lose, by=self.actor))
