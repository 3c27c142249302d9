"""Signing in and out: allauth's steps with our pages."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import LoginForm
from allauth.account.views import LoginView, LogoutView
from django import forms
from django.contrib.auth import REDIRECT_FIELD_NAME, authenticate
from django.core.validators import EmailValidator, MaxLengthValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.accounts import PAUSE
from core.models import MembershipStatus, User
from frontend import errors, languages
from frontend.redirects import safe_path

LONGEST_EMAIL = 254
_TEMPLATE = "frontend/sign_in.html"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is not typed
    """Nobody signs up by themselves, and no answer tells whether an account exists."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail or the password is not right. Check both and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        return safe_path(url) is not None

    def is_ajax(self, request: HttpRequest) -> bool:
        """Only pages are served here; the API has a door of its own."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return the person, None also for someone who was deactivated: allauth would tell them apart."""
        user = authenticate(request, **credentials)
        AuthenticationBackend.unstash_authenticated_user()
        return user if isinstance(user, User) else None

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Stop someone who belongs to no organisation (any more): there would be nothing to show."""
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        if response is None and not user.memberships.filter(status=MembershipStatus.ACTIVE).exists():
            request.session.flush()
            return errors.no_organization(request)
        return response

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        languages.settle_at_sign_in(request, response, user)
        return response

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The next page speaks for itself."""


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth is not typed
    """E-mail and password, with errors in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login: forms.Field = self.fields["login"]
        login.error_messages["required"] = _("Write your e-mail.")
        whole = _("Write the whole e-mail, such as ana@example.com.")
        login.validators = [
            *(validator for validator in login.validators if not isinstance(validator, EmailValidator)),
            EmailValidator(whole),
            MaxLengthValidator(LONGEST_EMAIL, whole),
        ]
        self.fields["password"].error_messages["required"] = _("Write your password.")


class SignInView(LoginView):  # type: ignore[misc]  # allauth is not typed
    form_class = SignInForm
    template_name = _TEMPLATE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | _context(self.request)

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        """Answer 422, so that whoever watches answers can tell a refusal from a page."""
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=422)
        return response


class SignOutView(LogoutView):  # type: ignore[misc]  # allauth is not typed
    """Asks once when it is visited, signs out when it is posted to."""

    template_name = "frontend/sign_out.html"


def paused(
    request: HttpRequest, original_response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Answer a try during a pause; axes calls it."""
    until = getattr(request, "sign_in_paused_until", None) or timezone.now() + PAUSE
    wait = max(until - timezone.now(), timedelta(minutes=1))
    minutes = ceil(wait.total_seconds() / 60)
    sentence = ngettext(
        "Too many tries. To protect the account, wait %(minutes)d minute and try again.",
        "Too many tries. To protect the account, wait %(minutes)d minutes and try again.",
        minutes,
    ) % {"minutes": minutes}
    context = {"form": SignInForm(request=request), "alert": sentence, **_context(request)}
    response = render(request, _TEMPLATE, context, status=429)
    response["Retry-After"] = str(ceil(wait.total_seconds()))
    return response


def _context(request: HttpRequest) -> dict[str, Any]:
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME)
    return {"next": safe_path(wanted) or "", "typed_email": request.POST.get("login", "")}


sign_in = SignInView.as_view()
sign_out = SignOutView.as_view()
