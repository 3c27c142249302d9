"""The REST API, its schema and its pages."""

from __future__ import annotations

from django.urls import path

from api.views import (
    attachments,
    channels,
    conversations,
    deliveries,
    docs,
    events,
    me,
    media,
    merging,
    messages,
    people,
)

_CONVERSATION = "v1/conversations/<int:pk>"

urlpatterns = [
    path("schema/", docs.SchemaView.as_view(), name="schema"),
    path("docs/", docs.DocsView.as_view(), name="docs"),
    path("v1/me", me.MeView.as_view()),
    path("v1/preferences", me.PreferencesView.as_view()),
    path("v1/members", people.MemberList.as_view()),
    path("v1/contacts", people.ContactList.as_view()),
    path("v1/contacts/<int:pk>/merge", merging.ContactMerge.as_view()),
    path("v1/merge-proposals", merging.ProposalList.as_view()),
    path("v1/merge-proposals/<int:pk>/acceptance", merging.ProposalAcceptance.as_view()),
    path("v1/merge-proposals/<int:pk>/dismissal", merging.ProposalDismissal.as_view()),
    path("v1/contacts/<int:pk>", people.ContactDetail.as_view()),
    path("v1/conversations", conversations.ConversationList.as_view()),
    path("v1/conversations/counts", conversations.ConversationCounts.as_view()),
    path(_CONVERSATION, conversations.ConversationDetail.as_view()),
    path(f"{_CONVERSATION}/messages", conversations.ConversationMessages.as_view()),
    path(f"{_CONVERSATION}/assignment", conversations.ConversationAssignment.as_view()),
    path(f"{_CONVERSATION}/resolution", conversations.ConversationResolution.as_view()),
    path(f"{_CONVERSATION}/read", conversations.ConversationReadMark.as_view()),
    path(f"{_CONVERSATION}/tickets", conversations.ConversationTickets.as_view()),
    path("v1/messages/text", messages.TextByPhone.as_view()),
    path("v1/messages/<int:pk>/attempts", messages.MessageAttempts.as_view()),
    path("v1/messages/<int:pk>/reaction", messages.MessageReaction.as_view()),
    path("v1/messages/<int:pk>/edits", messages.MessageEdits.as_view()),
    path("v1/media", media.MediaUpload.as_view()),
    path("v1/media/limits", media.MediaLimits.as_view()),
    path("v1/attachments/<int:pk>/content", attachments.AttachmentContent.as_view()),
    path("v1/attachments/<int:pk>/fetch", attachments.AttachmentFetch.as_view()),
    path("v1/channels", channels.ChannelList.as_view()),
    path("v1/channels/<int:pk>/resume", channels.ChannelResume.as_view()),
    path("v1/channel-alerts", channels.ChannelAlertList.as_view()),
    path("v1/events", events.EventList.as_view()),
    path("v1/deliveries", deliveries.DeliveryList.as_view()),
    path("v1/deliveries/<int:pk>", deliveries.DeliveryDetail.as_view()),
    path("v1/deliveries/<int:pk>/replay", deliveries.DeliveryReplay.as_view()),
    path("v1/<path:rest>", docs.NothingHere.as_view()),
]
