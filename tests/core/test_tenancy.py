"""A tenant's rows answer within their scope only, and the database refuses to tie rows of two tenants together."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from core.models import ApiKey, Membership, Organization
from core.tenancy import (
    ScopeCrossed,
    ScopeMissing,
    TenantModel,
    all_tenants,
    current_organization_id,
    tenant_scope,
)
from inbox.models import Contact, Conversation, ConversationStatus
from integrations.models import Channel, MetaApp
from tests.conftest import Cast
from tests.factories import make_contact

# Tables that a tenant owns although signing in looks at them across tenants.
SCOPELESS = {Membership, ApiKey}


def tenant_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if issubclass(model, TenantModel)]


def ties() -> list[tuple[type[models.Model], models.ForeignKey[Any, Any]]]:
    """Foreign keys from a tenant's model to another one."""
    return [
        (model, field)
        for model in tenant_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and (issubclass(field.related_model, TenantModel) or field.related_model in SCOPELESS)
    ]


def test_the_walk_over_the_models_finds_them() -> None:
    assert len(tenant_models()) >= 10
    assert len(ties()) >= 15


def test_a_model_of_a_tenant_raises_without_a_scope(cast: Cast) -> None:
    with pytest.raises(ScopeMissing):
        Contact.objects.count()
    with pytest.raises(ScopeMissing):
        Contact.objects.filter(pk=1).exists()
    with pytest.raises(ScopeMissing):
        Contact(organization=cast.organization, name="x").save()
    with pytest.raises(ScopeMissing):
        current_organization_id()


def test_every_model_of_a_tenant_raises_without_a_scope() -> None:
    for model in tenant_models():
        with pytest.raises(ScopeMissing):
            model._default_manager.all()
        with pytest.raises(ScopeMissing):
            model._base_manager.all()


def test_a_scope_shows_its_own_rows_alone(cast: Cast) -> None:
    ours = make_contact(cast.organization)
    theirs = make_contact(cast.other, phone="+573005550102")
    with tenant_scope(cast.organization.pk):
        assert list(Contact.objects.all()) == [ours]
        assert not Contact.objects.filter(pk=theirs.pk).exists()
    with all_tenants():
        assert set(Contact.objects.all()) == {ours, theirs}


def test_relations_stay_within_the_scope(cast: Cast) -> None:
    theirs = make_contact(cast.other)
    with all_tenants():
        identity = theirs.identities.get()
    with tenant_scope(cast.organization.pk):
        assert not theirs.identities.exists()
        del identity._state.fields_cache["contact"]
        with pytest.raises(Contact.DoesNotExist):
            _ = identity.contact


def test_a_row_of_another_tenant_cannot_be_saved_within_a_scope(cast: Cast) -> None:
    with tenant_scope(cast.organization.pk), pytest.raises(ScopeCrossed):
        Contact(organization=cast.other, name="x").save()


def test_a_row_without_organisation_gets_that_of_the_scope(cast: Cast) -> None:
    with tenant_scope(cast.organization.pk):
        contact = Contact(name="x")
        contact.save()
    assert contact.organization_id == cast.organization.pk


def test_rows_of_another_tenant_cannot_be_created_in_bulk(cast: Cast) -> None:
    with tenant_scope(cast.organization.pk), pytest.raises(ScopeCrossed):
        Contact.objects.bulk_create([Contact(organization=cast.other, name="x")])


def test_scopes_nest_and_end() -> None:
    with tenant_scope(1):
        with tenant_scope(2):
            assert current_organization_id() == 2
        with all_tenants(), pytest.raises(ScopeMissing):
            current_organization_id()
        assert current_organization_id() == 1
    with pytest.raises(ScopeMissing):
        current_organization_id()


def test_no_organisation_has_the_number_that_stands_for_all() -> None:
    with pytest.raises(ValueError, match="0"), tenant_scope(0):
        pass


def test_the_database_refuses_a_foreign_contact(cast: Cast) -> None:
    theirs = make_contact(cast.other)
    with (
        tenant_scope(cast.organization.pk),
        pytest.raises(IntegrityError, match="conversation_same_tenant_contact"),
        transaction.atomic(),
    ):
        Conversation.objects.create(
            organization=cast.organization,
            contact=theirs,
            channel=cast.channel,
            status=ConversationStatus.NONE,
            last_activity_at=datetime.now(UTC),
        )


def test_the_database_refuses_to_move_a_row_to_a_foreign_parent(cast: Cast) -> None:
    with (
        all_tenants(),
        pytest.raises(IntegrityError, match="channel_same_tenant_app"),
        transaction.atomic(),
    ):
        Channel.objects.filter(pk=cast.channel.pk).update(meta_app=cast.other_app)


def test_the_database_refuses_to_move_a_row_to_another_tenant(cast: Cast) -> None:
    with all_tenants(), pytest.raises(IntegrityError), transaction.atomic():
        MetaApp.objects.filter(pk=cast.app.pk).update(organization=cast.other)


@pytest.mark.django_db
def test_every_tie_between_tenants_models_is_a_composite_key() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, confrelid::regclass::text,"
            " (SELECT array_agg(attname::text ORDER BY place) FROM unnest(conkey) WITH ORDINALITY AS key(n, place)"
            "  JOIN pg_attribute ON attrelid = conrelid AND attnum = n),"
            " (SELECT array_agg(attname::text ORDER BY place) FROM unnest(confkey) WITH ORDINALITY AS key(n, place)"
            "  JOIN pg_attribute ON attrelid = confrelid AND attnum = n)"
            " FROM pg_constraint WHERE contype = 'f'"
        )
        keys = {(table, to, tuple(ours), tuple(theirs)) for table, to, ours, theirs in cursor.fetchall()}
    missing = [
        f"{model.__name__}.{field.name}"
        for model, field in ties()
        if (
            model._meta.db_table,
            field.related_model._meta.db_table,
            ("organization_id", field.column),
            ("organization_id", "id"),
        )
        not in keys
    ]
    assert missing == []


@pytest.mark.django_db
def test_every_table_of_a_tenant_names_its_organisation() -> None:
    owned: list[type[models.Model]] = [*tenant_models(), Membership, ApiKey]
    for model in owned:
        field = model._meta.get_field("organization")
        assert field.related_model is Organization
        assert not field.null


def test_an_update_of_many_rows_stays_within_the_scope(cast: Cast) -> None:
    make_contact(cast.organization)
    theirs = make_contact(cast.other)
    with tenant_scope(cast.organization.pk):
        Contact.objects.update(name="changed")
    with all_tenants():
        theirs.refresh_from_db()
    assert theirs.name == "Laura Restrepo"


def test_ids_of_two_tenants_never_meet(cast: Cast) -> None:
    """Ids come from one sequence a table, so that a mix-up shows as a miss and not as another's row."""
    made = [
        make_contact(o, phone=f"+5730055501{n:02}") for n, o in enumerate([cast.organization, cast.other] * 2)
    ]
    assert all(first.pk < second.pk for first, second in pairwise(made))
