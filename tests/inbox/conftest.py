"""What tests of the inbox share."""

from __future__ import annotations

import pytest

from inbox.models import Conversation
from tests.conftest import Cast
from tests.factories import make_conversation


@pytest.fixture
def chat(scope: Cast) -> Conversation:
    return make_conversation(scope, assignee=scope.beto)
