import pytest
from django.forms.models import model_to_dict

from core.models import Event, Membership, Organization, User
from core.rows import ModelRows, first_row
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def test_instances_are_those_that_django_reads(cast: Cast) -> None:
    memberships, users = ModelRows(Membership, "m"), ModelRows(User, "u")
    found = first_row(
        f"SELECT {memberships.columns}, {users.columns}, 7 "  # noqa: S608 - columns of models
        "FROM core_membership m JOIN core_user u ON u.id = m.user_id WHERE m.id = %s",
        [cast.beto.pk],
    )
    assert found is not None
    membership, rest = memberships.first_of(found)
    user, rest = users.first_of(rest)

    expected = Membership.objects.select_related("user").get(pk=cast.beto.pk)
    assert (membership, model_to_dict(membership)) == (expected, model_to_dict(expected))
    assert (user, model_to_dict(user)) == (expected.user, model_to_dict(expected.user))
    assert membership.created_at == expected.created_at
    assert not membership._state.adding
    assert list(rest) == [7]


def test_nothing_found_is_none() -> None:
    assert first_row("SELECT id FROM core_user WHERE id = %s", [0]) is None


def test_columns_that_django_converts_are_refused() -> None:
    assert ModelRows(Organization, "o").columns.startswith('o."id"')
    with pytest.raises(TypeError, match="converts"):
        _ = ModelRows(Event, "e").columns
