"""Django's settings. Every setting by environment is listed in docs/operations.md."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from core import keyring
from core.logs import logging_settings
from core.project import environment as env

BASE_DIR: Path = env.ROOT
MODE: env.Mode = env.mode()
IS_PRODUCTION = MODE == "production"
DATA_DIR: Path = env.data_dir()
DEBUG = False

_secrets = keyring.from_environment(dict(os.environ)) if IS_PRODUCTION else keyring.from_data_dir(DATA_DIR)
SECRET_KEY: str = env.text("SECRET_KEY", _secrets.django_key)
ENCRYPTION_KEYS: dict[str, bytes] = _secrets.encryption_keys
DEMO_SEED: str = _secrets.demo_seed

PORT = env.number("PORT", 8000)
SIMULATOR_PORT = env.number("SIMULATOR_PORT", 8001)
PUBLIC_URL = env.text("BANDEJA_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
ALLOWED_HOSTS: list[str] = env.text(
    "ALLOWED_HOSTS", "" if IS_PRODUCTION else "localhost,127.0.0.1,[::1],testserver"
).split(",")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "axes",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "core",
    "integrations",
    "inbox",
    "api",
    "frontend",
    *([] if IS_PRODUCTION else ["demo"]),
]

# The ones from core.middleware step aside for /api/v1/, which needs none of what they do.
MIDDLEWARE = [
    "core.middleware.RequestContextMiddleware",
    "core.middleware.PageSecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.PageCspMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.PageLocaleMiddleware",
    "core.middleware.PageCommonMiddleware",
    "core.middleware.PageCsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.PageMessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "core.project.urls"
ASGI_APPLICATION = "core.project.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ]
        },
    }
]

DATABASES = {"default": env.database(env.service_url("DATABASE_URL"))}
REDIS_URL = env.service_url("REDIS_URL")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CHANNEL_LAYERS: dict[str, Any] = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}], "prefix": "bandeja"},
    }
}

# Jobs and sweeps: dotted paths, so that what happens next can be read in one place.
JOBS: dict[str, tuple[str, str]] = {
    "inbox.take_in": ("inbound", "inbox.jobs.take_in"),
    "inbox.send": ("interactive", "inbox.jobs.wake_sender"),
}
INBOUND_JOB = "inbox.take_in"
SWEEPS: list[tuple[str, float]] = [
    ("inbox.jobs.sweep_inbound", 1.0),
    ("inbox.jobs.sweep_attempts", 2.0),
    ("inbox.jobs.sweep_housekeeping", 600.0),
    ("core.housekeeping.sweep", 600.0),
]
# What a worker process runs beside its queues: queue → dotted path of a loop that looks for work by itself.
WORKER_LOOPS: dict[str, str] = {"interactive": "inbox.sending.loop.SenderLoop"}

WHATSAPP_GRAPH_URL = env.text(
    "WHATSAPP_GRAPH_URL",
    "https://graph.facebook.com" if IS_PRODUCTION else f"http://127.0.0.1:{SIMULATOR_PORT}",
).rstrip("/")
WHATSAPP_GRAPH_VERSION = env.text("WHATSAPP_GRAPH_VERSION", "v26.0")
OPENAI_BASE_URL = env.text("OPENAI_BASE_URL", "https://api.openai.com/v1")

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "frontend.accounts.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = False  # axes counts failures in the database, so that signing in works without Redis

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "frontend.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [("client", BASE_DIR / "frontend" / "dist")]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
MEDIA_ROOT = DATA_DIR / "media"

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
LOGGING = logging_settings(MODE)
LOGGING_CONFIG = "core.logs.configure"
