"""Django's settings. Every setting by environment is listed in docs/operations.md."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF

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

PORT = env.port("PORT", 8000)
SIMULATOR_PORT = env.port("SIMULATOR_PORT", 8001)
PUBLIC_URL = env.text("BANDEJA_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
_own_hosts = urlsplit(PUBLIC_URL).hostname if IS_PRODUCTION else "localhost,127.0.0.1,[::1],testserver"
ALLOWED_HOSTS: list[str] = env.listed("ALLOWED_HOSTS", _own_hosts or "")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
# How many reverse proxies of ours stand before the server: 0 believes no forwarded header.
TRUSTED_PROXIES = env.number("BANDEJA_TRUSTED_PROXIES", 0)
# Lets tenants name addresses of private networks; refused in production.
ALLOW_PRIVATE_ADDRESSES = env.development_flag("BANDEJA_ALLOW_PRIVATE_ADDRESSES")
# Shows the figures of /health/ready to whoever sends it as a bearer token; without it only this machine sees them.
HEALTH_TOKEN = env.text("BANDEJA_HEALTH_TOKEN", "")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
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

# Those of core.middleware whose names begin with Page step aside for /api/v1/, which needs none of what they do.
MIDDLEWARE = [
    "core.middleware.RequestContextMiddleware",
    "core.middleware.PageSecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.PageCspMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.PageLanguageMiddleware",
    "core.middleware.PageCommonMiddleware",
    "core.middleware.PageCsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
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
                "csp.context_processors.nonce",
            ]
        },
    }
]

DATABASES = {"default": env.database(env.service_url("DATABASE_URL"))}
PREPARED_STATEMENTS = env.prepares()
REDIS_URL = env.service_url("REDIS_URL")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CHANNEL_LAYERS: dict[str, Any] = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # Without it redis-py 8 gives a quiet connection up after five seconds.
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}], "prefix": "bandeja"},
    }
}
# Open sockets that one web process allows each person, and all people of an organisation together.
SOCKETS_PER_PERSON: int = env.number("BANDEJA_SOCKETS_PER_PERSON", 30)
SOCKETS_PER_ORGANIZATION: int = env.number("BANDEJA_SOCKETS_PER_ORGANIZATION", 2_000)

# Jobs and sweeps: dotted paths, so that what happens next can be read in one place.
JOBS: dict[str, tuple[str, str]] = {
    "inbox.take_in": ("inbound", "inbox.jobs.take_in"),
    "inbox.send": ("interactive", "inbox.jobs.wake_sender"),
    "inbox.probe": ("bulk", "inbox.jobs.probe_channel"),
    "inbox.fetch_files": ("bulk", "inbox.jobs.wake_fetcher"),
    "inbox.tidy_files": ("bulk", "inbox.jobs.tidy_files"),
}
INBOUND_JOB = "inbox.take_in"
SWEEPS: list[tuple[str, float]] = [
    ("inbox.jobs.sweep_inbound", 1.0),
    ("inbox.jobs.sweep_attempts", 2.0),
    ("inbox.jobs.sweep_troubles", 60.0),
    ("inbox.jobs.sweep_housekeeping", 600.0),
    ("inbox.jobs.sweep_files", 6 * 3600.0),
    ("core.housekeeping.sweep", 600.0),
]
# Work that can be seen waiting: its model, the state in which it waits, since when, the queue that takes it, and dotted
# paths of SQL conditions: what of it waits for somebody else than us.
BACKLOGS: dict[str, tuple[str, str, str, str, list[str]]] = {
    "deliveries": ("integrations.InboundDelivery", "pending", "received_at", "inbound", []),
    "attempts": (
        "inbox.SendAttempt",
        "pending",
        "due_at",
        "interactive",
        ["inbox.channels.troubles.HOLDS_ATTEMPTS"],
    ),
    "outbox": (
        "core.OutboxItem",
        "pending",
        "due_at",
        "interactive",
        ["inbox.channels.troubles.HOLDS_OUTBOX"],
    ),
}
# What operators should know of that is not this machine's trouble: name → dotted path of a query that counts it.
WARNINGS: dict[str, str] = {"stopped_numbers": "inbox.channels.troubles.COUNT_STOPPED"}
# What a worker process runs beside its queues: queue → dotted path of a loop that looks for work by itself.
WORKER_LOOPS: dict[str, str] = {
    "interactive": "inbox.sending.loop.SenderLoop",
    # In another process than the senders: no download delays a reply.
    "bulk": "inbox.files.loop.FetcherLoop",
}

WHATSAPP_GRAPH_URL = env.text(
    "WHATSAPP_GRAPH_URL",
    "https://graph.facebook.com" if IS_PRODUCTION else f"http://127.0.0.1:{SIMULATOR_PORT}",
).rstrip("/")
WHATSAPP_GRAPH_VERSION = env.text("WHATSAPP_GRAPH_VERSION", "v26.0")
OPENAI_BASE_URL = env.text("OPENAI_BASE_URL", "https://api.openai.com/v1")

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_RENDERER_CLASSES": ["api.formats.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.formats.JsonParser"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "api.schema.Schema",
    "EXCEPTION_HANDLER": "api.errors.handle",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "bandeja",
    "DESCRIPTION": "The REST API of bandeja, which its own client uses too.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "RoleEnum": "api.serializers.resources.ROLES",
        "ConversationStatusEnum": "api.serializers.resources.CONVERSATION_STATUSES",
        "MessageStatusEnum": "api.serializers.resources.MESSAGE_STATUSES",
        "MemberStatusEnum": "api.serializers.resources.MEMBER_STATUSES",
        "DirectionEnum": "api.serializers.resources.DIRECTIONS",
        "LanguageEnum": "api.serializers.resources.LANGUAGES",
        "AuthorKindEnum": "api.serializers.resources.AUTHOR_KINDS",
        "IdentityKindEnum": "api.serializers.resources.IDENTITY_KINDS",
        "DeliveryStateEnum": "api.serializers.resources.DELIVERY_STATES",
        "StatusFilterEnum": "api.serializers.resources.STATUS_FILTERS",
        "AttachmentKindEnum": "api.serializers.resources.ATTACHMENT_KINDS",
        "AttachmentStateEnum": "api.serializers.resources.ATTACHMENT_STATES",
    },
}
API_REQUESTS_PER_SECOND = env.number("API_REQUESTS_PER_SECOND", 50)
API_BURST = env.number("API_BURST", 300)

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
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
# The limits stand in core.accounts; axes wants to be told that the address counts.
AXES_HANDLER = "core.accounts.SignInGuard"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "username", "ip_address"]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "core.accounts.counted_name"
AXES_CLIENT_IP_CALLABLE = "core.accounts.counted_address"
AXES_LOCKOUT_CALLABLE = "frontend.accounts.paused"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

SESSION_ENGINE = "core.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
# Cookies do not know ports: two copies on one machine would sign each other out.
SESSION_COOKIE_NAME = "sessionid" if IS_PRODUCTION or PORT == 8000 else f"sessionid_{PORT}"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
CSRF_FAILURE_VIEW = "frontend.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PUBLIC_URL.startswith("https://") else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        # The client's library writes one style element with its colours, which carries the nonce.
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SILENCED_SYSTEM_CHECKS = [
    # These middlewares are here as subclasses that serve pages alone; RequestContextMiddleware denies framing.
    "security.W001",
    "security.W002",
    "security.W003",
    # Subdomains and browsers' preload lists are for the owner of the domain to decide.
    "security.W005",
    "security.W021",
    # The proxy that ends TLS redirects; we could not tell its requests from plain ones without trusting headers.
    "security.W008",
    # The client is built after the first check.
    "staticfiles.W004",
]

LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "bandeja_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
CLIENT_DIST = BASE_DIR / "frontend" / "dist"
STATICFILES_DIRS = [("client", CLIENT_DIST)]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"
        if IS_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Production serves what `collectstatic` has gathered and compressed; elsewhere a new build is seen at once.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not IS_PRODUCTION
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/client/assets/[^/]+-[\w-]{8}\.\w+$"
MEDIA_ROOT = DATA_DIR / "media"
# Files of one number that are fetched at the same time, and processes that look into files, in each of ours.
MEDIA_DOWNLOADS = env.number("BANDEJA_MEDIA_DOWNLOADS", 4)
MEDIA_INSPECTORS = max(1, env.number("BANDEJA_MEDIA_INSPECTORS", 2))
# Of one organisation: what was uploaded, is not sent yet, and is kept for a day.
MEDIA_UNSENT_BYTES = env.number("BANDEJA_MEDIA_UNSENT_MB", 5_000) * 1_048_576

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
# Of any request but the webhook's, which has its own; more than that is not read.
REQUEST_BODY_LIMIT_BYTES = 2 * 1_048_576
# Where larger bodies are taken: how large, and who looks at the request before its body is read. That one answers in
# the view's place, or returns what is called when the request has ended.
LARGE_BODIES: dict[str, tuple[int, str]] = {
    "/api/v1/media": (101 * 1_048_576, "api.uploads.admit"),
}
# Requests that are worked on at the same time in one process; each may take a connection of the pool.
WEB_THREADS = env.number("BANDEJA_WEB_THREADS", 16)
LOGGING = logging_settings(MODE)
LOGGING_CONFIG = "core.logs.configure"
