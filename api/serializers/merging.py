"""Merge proposals, for the schema, and what one may ask of them."""

from __future__ import annotations

from rest_framework import serializers as s

from api.serializers.inputs import Input, PageQuery, identifier
from api.serializers.resources import MemberRef, Shape

PROPOSAL_STATES = ["open", "merged", "dismissed"]


class ProposedContact(Shape):
    id = s.IntegerField()
    name = s.CharField()
    phone = s.CharField(allow_null=True)
    username = s.CharField(allow_null=True)
    profile_name = s.CharField(allow_blank=True)
    created_at = s.DateTimeField()


class MergeProposal(Shape):
    id = s.IntegerField()
    reason = s.CharField(help_text="`identity_clash`, `number_changed`, `user_id_changed` or `by_hand`.")
    state = s.ChoiceField(choices=PROPOSAL_STATES)
    contact = ProposedContact()
    other = ProposedContact()
    kept = s.IntegerField(allow_null=True, help_text="Id of the contact that is left; null unless merged.")
    decided_by = MemberRef(allow_null=True)
    decided_at = s.DateTimeField(allow_null=True)
    created_at = s.DateTimeField()


class ProposalQuery(PageQuery):
    state = s.ChoiceField(choices=PROPOSAL_STATES, required=False)


class AcceptanceInput(Input):
    keep = identifier(help_text="Id of the contact that is left.")


class MergeInput(Input):
    other = identifier(help_text="Id of the contact that becomes part of this one.")
