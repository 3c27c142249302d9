"""The shell page and sign-in."""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import path
from django.views.generic import RedirectView

from frontend import accounts, languages, views

urlpatterns = [
    path("", views.shell, name="shell"),
    path("o/<path:path>", views.shell, name="shell_in_organization"),
    # Names of allauth: its own steps look for them.
    path("accounts/login/", accounts.sign_in, name="account_login"),
    path("accounts/logout/", accounts.sign_out, name="account_logout"),
    path("accounts/language/", languages.choose, name="language"),
    # Asked for by browsers and tools that read no page.
    path("favicon.ico", RedirectView.as_view(url=static("frontend/favicon.svg")), name="favicon"),
]
