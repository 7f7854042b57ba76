"""Django settings. Everything that differs between installations is read from the environment, here only."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import environ

# Whoever loads the settings has the Celery application that tasks bind to; what needs neither starts faster.
from config.celery import app as _celery  # noqa: F401
from config.secrets import secret
from config.turns import Turn

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

#: Where files live that are not code: embedded servers' data, attachments, generated secrets.
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = secret("SECRET_KEY", VAR_DIR)
#: Fernet keys for channel secrets, newest first: the first encrypts, all decrypt (rotation).
CHANNEL_SECRET_KEYS = secret("CHANNEL_SECRET_KEYS", VAR_DIR).split(",")
#: Signs reply tokens in mails and survey links; never the same as SECRET_KEY.
LINK_SIGNING_KEY = secret("LINK_SIGNING_KEY", VAR_DIR)

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
#: Address under which customers and agents reach us: links in mails start with it.
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])
HTTPS = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    # Before allauth, whose templates the workspace replaces.
    "inbox.apps.InboxConfig",
    "inbox.workspace.apps.WorkspaceConfig",
    "inbox.portal.apps.PortalConfig",
    "inbox.livechat.apps.LiveChatConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "inbox.workspace.middleware.ReaderTimeZone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

#: Seconds to wait for a connection before the database counts as away.
DATABASE_WAIT = env.float("DATABASE_WAIT_SECONDS", 10)
#: Requests a web process answers at once, and as many that ask servers of others; more wait for their turn.
WEB_THREADS = env.int("WEB_THREADS", 8)
DATABASES = {
    "default": {
        **env.db("DATABASE_URL", "postgresql://localhost/inbox"),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {
                "min_size": 1,
                "max_size": env.int("DATABASE_POOL_SIZE", 2 * WEB_THREADS + 2),
                "timeout": DATABASE_WAIT,
            },
            # A statement that comes again is neither parsed nor planned again: that is half of what most of ours cost.
            "server_side_binding": True,
            "prepare_threshold": 2 if env.bool("DATABASE_PREPARES", True) else None,
            "options": "-c statement_timeout=60000 -c idle_in_transaction_session_timeout=120000",
        },
        "TEST": {"NAME": "test_inbox" + (f"_{os.environ['TEST_RUN']}" if "TEST_RUN" in os.environ else "")},
    }
}

REDIS_URL = env.str("REDIS_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "inbox",
        # What is counted or kept there is not worth a long wait.
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "max_retries": 1,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "clocks"
CELERY_TASK_SOFT_TIME_LIMIT = 120
CELERY_TASK_TIME_LIMIT = 150
CELERY_TASK_ALWAYS_EAGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_TIMEZONE = "UTC"
#: Seconds between two sweeps for work whose wake-up was lost.
SWEEP_SECONDS = env.int("SWEEP_SECONDS", 12)
#: How far workers step back behind the pages on the same machine (`nice`, 0 to 19).
WORKER_NICENESS = env.int("WORKER_NICENESS", 5)
# Each at an instant of its own: all at once they would take every core for a second, while people wait for a page.
_SWEEPS = (
    *("channels", "chats", "escalations", "follow_ups", "reports", "sla", "surveys", "tickets", "webhooks"),
    *("sla.reckon", "surveys.search_themes", "surveys.send_letters"),
)
CELERY_BEAT_SCHEDULE = {
    f"{room}.{task or 'sweep'}": {
        "task": f"inbox.{room}.tasks.{task or 'sweep'}",
        "schedule": Turn(SWEEP_SECONDS, SWEEP_SECONDS * number / len(_SWEEPS)),
        # A sweep that waited longer than until the next one is not needed any more.
        "options": {"expires": SWEEP_SECONDS},
    }
    for number, (room, _dot, task) in enumerate(name.partition(".") for name in _SWEEPS)
} | {
    "sla.extend_holidays": {"task": "inbox.sla.tasks.extend_holidays", "schedule": 24 * 3600},
    "webhooks.forget": {"task": "inbox.webhooks.tasks.forget", "schedule": 24 * 3600},
    "chats.forget": {"task": "inbox.chats.tasks.forget", "schedule": 24 * 3600},
    "channels.look_after_accounts": {
        "task": "inbox.channels.tasks.look_after_accounts",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "channels.sync_all_templates": {"task": "inbox.channels.tasks.sync_all_templates", "schedule": 3600},
    "channels.purge_deleted": {"task": "inbox.channels.tasks.purge_deleted", "schedule": 24 * 3600},
}
CELERY_TASK_ROUTES = {
    "inbox.channels.tasks.process": {"queue": "intake"},
    "inbox.channels.tasks.process_all": {"queue": "intake"},
    "inbox.channels.tasks.sweep": {"queue": "intake"},
    "inbox.channels.tasks.send": {"queue": "delivery"},
    "inbox.channels.tasks.send_direct": {"queue": "delivery"},
    # A queue with a worker of its own: a mail server that is slow keeps nothing else waiting.
    "inbox.channels.tasks.poll": {"queue": "mail"},
    "inbox.channels.tasks.sync_templates": {"queue": "mail"},
    "inbox.channels.tasks.renew": {"queue": "mail"},
    "inbox.channels.tasks.look_up": {"queue": "mail"},
    "inbox.channels.tasks.tell_typing": {"queue": "mail"},
    "inbox.channels.tasks.look_after_accounts": {"queue": "mail"},
    "inbox.channels.tasks.read_import": {"queue": "imports"},
    "inbox.channels.tasks.purge_deleted": {"queue": "imports"},
    "inbox.chats.tasks.sweep": {"queue": "clocks"},
    "inbox.chats.tasks.forget": {"queue": "imports"},
    # A visitor waits for it.
    "inbox.chats.tasks.*": {"queue": "intake"},
    "inbox.escalations.tasks.sweep": {"queue": "clocks"},
    "inbox.escalations.tasks.take": {"queue": "escalations"},
    "inbox.reports.tasks.sweep": {"queue": "clocks"},
    "inbox.reports.tasks.*": {"queue": "reports"},
    "inbox.sla.tasks.*": {"queue": "clocks"},
    "inbox.tickets.tasks.*": {"queue": "clocks"},
    "inbox.surveys.tasks.*": {"queue": "surveys"},
    "inbox.webhooks.tasks.sweep": {"queue": "clocks"},
    # Beside other calls and mails to people: an address that is slow keeps nothing else waiting.
    "inbox.webhooks.tasks.*": {"queue": "escalations"},
}

AUTH_USER_MODEL = "inbox.Agent"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "inbox.workspace.sign_in.ClosedSignUp"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

#: Requests that one API token, or one browser, may make in a minute.
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", 600)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "inbox.api.authentication.BearerToken",
        "inbox.api.authentication.WorkspaceSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["inbox.api.throttling.PerToken"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["inbox.api.bodies.JsonBody"],
    "DEFAULT_SCHEMA_CLASS": "inbox.api.schema.Operation",
    "EXCEPTION_HANDLER": "inbox.api.problems.answer",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Inbox",
    "VERSION": "1",
    "DESCRIPTION": "Service-level policies, calendars, clocks and what explains them, and back-tests.",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "BackTestState": "inbox.sla.enums.BackTestState",
        "ClockState": "inbox.sla.enums.ClockState",
        "Target": "inbox.sla.enums.TargetKind",
        "TicketState": "inbox.tickets.enums.State",
        "Priority": "inbox.tickets.enums.Priority",
        "EventKind": "inbox.tickets.enums.EventKind",
        "AuthorKind": "inbox.tickets.enums.AuthorKind",
        "SurveyKind": "inbox.surveys.enums.SurveyKind",
        "InvitationState": "inbox.surveys.enums.InvitationState",
        "News": "inbox.webhooks.enums.News",
    },
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("ru", "Русский")]
LOCALE_PATHS = [BASE_DIR / "inbox" / "locale"]
TIME_ZONE = env.str("TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
#: Serve static files from the source folders under their own names, without collecting them first.
STATIC_FROM_SOURCE = env.bool("STATIC_FROM_SOURCE", DEBUG)
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if STATIC_FROM_SOURCE
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = STATIC_FROM_SOURCE
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "inbox.workspace.bundle.BundleFinder",
]

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
# Whether all of a domain is for HTTPS only is for its owner to say, not for one host of it.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 40 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = tempfile.gettempdir()

#: Where replies leave: empty keeps them in the built-in outbox page, else smtp://user:password@host:port
#: (smtps:// for TLS, smtp+tls:// for STARTTLS). A channel's own settings outrank it.
EMAIL_URL = env.str("EMAIL_URL", "")
#: What channels and links may connect to inside our own networks: networks, addresses, host names (*.name for all
#: below), each with a port or without. The host of EMAIL_URL is allowed by being set.
OUTGOING_ALLOW = env.list("OUTGOING_ALLOW", default=[])
#: Networks reached by way of a gateway of the operator's own: `api.telegram.org=https://gateway.intern.example`.
OUTGOING_GATEWAYS = env.list("OUTGOING_GATEWAYS", default=[])
#: The address our own mail listener binds (SMTP in).
MAIL_LISTENER_HOST = env.str("MAIL_LISTENER_HOST", "127.0.0.1")
MAIL_LISTENER_PORT = env.int("MAIL_LISTENER_PORT", 2525)

#: The name server that advice on a channel's domain asks ("host:port"); empty: those of this machine.
DNS_SERVER: str = env.str("DNS_SERVER", "")

#: Seconds between a resolution and its survey by mail, for demonstrations: whoever sets it waits for the mail, so the
#: customer's night is not waited for either. None: the survey's own delay and quiet hours.
SURVEY_DELAY_SECONDS = env.int("SURVEY_DELAY_SECONDS", None)
#: Seconds a reply can still be taken back.
UNDO_SECONDS = env.int("UNDO_SECONDS", 8)
#: Seconds a worker may hold a row of work before another takes it over.
LEASE_SECONDS = env.int("LEASE_SECONDS", 120)
#: Days after which a resolved ticket is closed; a later message opens a follow-up.
CLOSE_AFTER_DAYS = env.int("CLOSE_AFTER_DAYS", 7)
#: Days after which a deleted ticket is gone for good, with its files and raw payloads. 0: never.
DELETED_TICKETS_DAYS = env.int("DELETED_TICKETS_DAYS", 30)
#: Days after which the trails of visitors of our sites are forgotten, and visitors who never wrote. 0: never.
CHAT_TRAIL_DAYS = env.int("CHAT_TRAIL_DAYS", 90)
#: Name of a fault point at which the process ends with SIGKILL (tests of reliability only).
FAULT = env.str("FAULT", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s", "datefmt": "%H:%M:%S"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        # A line for each sweep and for each SMTP command would bury the others.
        "mail.log": {"level": "WARNING"},
        # Addresses that content is fetched from can be secrets.
        "httpx": {"level": "WARNING"},
        # What is said to mail servers and by them is nobody's business.
        "imapclient": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}
