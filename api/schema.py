"""The published schema: what each operation can be refused with, beside what its view says."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from api.serializers.resources import ErrorAnswer


class Schema(AutoSchema):
    """Adds the refusals that follow from how an operation is asked, so that no view has to list them."""

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        answers = super()._get_response_bodies(direction=direction)
        for status in map(str, self._refusals()):
            if status not in answers:
                answers[status] = self._get_response_for_code(ErrorAnswer, status)  # type: ignore[no-untyped-call]  # drf-spectacular leaves it untyped
        return dict(sorted(answers.items()))

    def _refusals(self) -> list[int]:
        # Nobody in particular, no organisation named, one that is not theirs, and too much at once.
        statuses = [400, 401, 404, 429]
        if self.method != "GET" or getattr(self.view, "owner_only", False):
            # A form of another site, and a role that may not.
            statuses.append(403)
        if self.method != "GET" and self.get_request_serializer() is not None:
            statuses += [415, 422]
        elif any(map(_is_query, self.get_override_parameters())):
            statuses.append(422)
        return statuses


def _is_query(parameter: Any) -> bool:
    kind = parameter if isinstance(parameter, type) else type(parameter)
    return issubclass(kind, serializers.Serializer)
