"""A person who signs in; what they may do stands on their memberships."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

LANGUAGES = [("es", "Español"), ("en", "English")]
_SESSION_SALT = "core.models.users.User.session"


def session_mark(user: User) -> str:
    """Return what of a person their sessions hold on to; the socket compares the digest of the same in SQL."""
    return f"{user.password}:{user.sign_outs}"


class UserManager(BaseUserManager["User"]):
    """Users by e-mail address, without regard to case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person, across organisations.

    Attributes:
        sign_outs: how often they were signed out everywhere: a session that was begun before does not count any more.
    """

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, choices=LANGUAGES, default="es")
    is_active = models.BooleanField(default=True)
    sign_outs = models.PositiveIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_lower_unique")]

    def __str__(self) -> str:
        return self.email

    def get_session_auth_hash(self) -> str:
        """Return what a session of theirs has to carry: it ends with the password, and with being signed out."""
        return self._session_mark(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Yield what sessions carry that were signed with an older SECRET_KEY."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_mark(secret)

    def _session_mark(self, secret: str | bytes | None) -> str:
        return salted_hmac(_SESSION_SALT, session_mark(self), secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ", 1)[0]
