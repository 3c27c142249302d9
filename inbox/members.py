"""The members of an organisation as a list."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import F
from django.utils.translation import gettext as _

from core import people
from core.errors import Invalid
from inbox.paging import Cut, Page, cut_rows, page_of

_ORDER = ("shown_name", "id")


def page(organization_id: int, cut: Cut) -> Page:
    """Return one page of the members, by name.

    Raises:
        Invalid: the page is to begin at somebody who is none of them.
    """
    rows = people.members(organization_id).annotate(shown_name=F("user__name"))
    if cut.key is not None:
        # The cursor names somebody, and not their name: that is nothing for an address.
        name = rows.filter(pk=int(str(cut.key[-1]))).values_list("shown_name", flat=True).first()
        if name is None:
            raise Invalid(cursor=[_("This cursor was not made here.")])
        cut = replace(cut, key=(name, *cut.key))
    found = people.member_resources(cut_rows(rows, _ORDER, cut, ascending=True))
    return page_of(found, ("id",), cut)
