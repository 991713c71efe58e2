"""One settings file. What differs between machines comes from the environment."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ

env: Any = environ.Env()  # type: ignore[no-untyped-call]
ROOT = Path(__file__).resolve().parent.parent
HOME = Path(env("CASEWORK_HOME", default=str(ROOT / "var")))

# What `make run` relaxes on one machine: no https, no secure cookies. Refused by `check --deploy`.
INSECURE_LOCAL: bool = env.bool("CASEWORK_INSECURE_LOCAL", default=False)
DEMO: int = env.int("CASEWORK_DEMO", default=0)

DEBUG = False
SECRET_KEY = env("SECRET_KEY")
CASEWORK_ENCRYPTION_KEYS = env("CASEWORK_ENCRYPTION_KEYS")
CASEWORK_INDEX_KEY = env("CASEWORK_INDEX_KEY")
BASE_URL = env("CASEWORK_BASE_URL", default="http://127.0.0.1:8000")
UNNAMED_INSTANCE = "casework"
INSTANCE_NAME = env("CASEWORK_INSTANCE", default=UNNAMED_INSTANCE)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[BASE_URL])

INSTALLED_APPS = [
    "config.apps.ConfigurationConfig",
    "unfold",
    "django.contrib.admin.apps.SimpleAdminConfig",  # no autodiscovery: backoffice registers its own
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "oauth2_provider",
    "axes",
    "csp",
    "casework.vault",
    "casework.audit",
    "casework.accounts",
    "casework.people",
    "casework.stays",
    "casework.housing",
    "casework.work",
    "casework.cases",
    "casework.reminders",
    "casework.intake",
    "casework.selfservice",
    "casework.backoffice",
    "casework.api",
]
try:  # what only developers have
    import django_linear_migrations  # noqa: F401

    INSTALLED_APPS += ["django_linear_migrations", "django_migration_linter"]
except ImportError:
    pass

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "casework.accounts.middleware.OuterTransactionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- PostgreSQL: the application's role, and (only where migrations run) the owner's --------------------
DATABASES: dict[str, Any] = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Only for `isolation.planned_once`. 0 where a pooler in between keeps no prepared statements.
DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = (
    env.int("DATABASE_PREPARE", default=1) or None
)
if env("DATABASE_OWNER_URL", default=""):
    # lock_timeout: a migration gives up rather than stop everybody behind it.
    DATABASES["owner"] = env.db_url("DATABASE_OWNER_URL")
    DATABASES["owner"]["OPTIONS"] = {"options": "-c lock_timeout=10s"}
DATABASE_ROUTERS = ["config.routers.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people and partner apps ---------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not INSECURE_LOCAL
SECURE_SSL_REDIRECT = not INSECURE_LOCAL
SECURE_HSTS_SECONDS = 0 if INSECURE_LOCAL else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not INSECURE_LOCAL
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if not INSECURE_LOCAL else None
# By user *and* address: by address alone, one wrong password locks a whole camp behind one router.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_LOCKOUT_TEMPLATE = "backoffice/locked.html"

OAUTH2_PROVIDER_APPLICATION_MODEL = "accounts.Client"
OAUTH2_PROVIDER = {
    "ACCESS_TOKEN_EXPIRE_SECONDS": 600,
    "OAUTH2_VALIDATOR_CLASS": "casework.api.authentication.PartnerValidator",
    "SCOPES_BACKEND_CLASS": "casework.api.authentication.PartnerScopes",
    # The library's default keeps tokens readable in the database.
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    # Only client credentials are offered; the rest of RFC 9700 is closed all the same.
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
}

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["casework.api.authentication.PartnerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["casework.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["casework.api.rendering.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["casework.api.rendering.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "casework.api.pagination.Cursor",
    "DEFAULT_THROTTLE_CLASSES": ["casework.api.throttling.PerClient"],
    "DEFAULT_SCHEMA_CLASS": "casework.api.schema.CaseworkSchema",
    "EXCEPTION_HANDLER": "casework.api.errors.as_problem",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
REQUESTS_PER_MINUTE = env.int("CASEWORK_REQUESTS_PER_MINUTE", default=600)
ASSESSMENTS_PER_MINUTE = 240
# Whoever sends it as a bearer token may read /metrics. Empty: there is no such page.
METRICS_TOKEN = env("CASEWORK_METRICS_TOKEN", default="")

# --- Celery wakes the reminder ledger; it carries no data -----------------------------------------------
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "reminders-tick": {"task": "casework.reminders.tasks.tick", "schedule": 15.0, "options": {"expires": 60}},
    "reminders-heal": {"task": "casework.reminders.tasks.heal", "schedule": 60.0, "options": {"expires": 60}},
    "law-walks": {"task": "casework.stays.tasks.go_on", "schedule": 5.0, "options": {"expires": 5}},
    "housing-tend": {"task": "casework.cases.tasks.tend", "schedule": 30.0, "options": {"expires": 30}},
    "api-forget": {"task": "casework.api.tasks.forget_idempotency_keys", "schedule": 3600.0},
}

# --- mail -----------------------------------------------------------------------------------------------
vars().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25"))
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="reminders@casework.example")

# --- languages, time, files -------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ru", "Русский"), ("ka", "ქართული"), ("kk", "Қазақша"), ("mn", "Монгол")]
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = INSECURE_LOCAL
if INSECURE_LOCAL:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # nothing is collected there; the finders serve
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_000_000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'", "'unsafe-inline'"],
        # The admin theme evaluates its Alpine expressions; nothing from elsewhere is ever loaded.
        "script-src": ["'self'", "'unsafe-inline'", "'unsafe-eval'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'self'"],
    }
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Casework",
    "DESCRIPTION": "The API for partner apps: people who arrived, their documents, stays and deadlines.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["casework.api.schema_token.add_token_endpoint"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"keyless": {"()": "config.logs.WithoutKeys"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["keyless"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {"axes": {"level": "WARNING"}},
}

# --- the back office: its theme ---------------------------------------------------------------------------
UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Casework",
    "SITE_HEADER": "Casework",
    "SITE_SUBHEADER": "casework.backoffice.navigation.organisation_name",
    "SITE_URL": None,
    "SITE_SYMBOL": "diversity_1",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": ["casework.backoffice.navigation.stylesheet"],
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": "casework.backoffice.navigation.favicon"}
    ],
    "SIDEBAR": {"navigation": "casework.backoffice.navigation.sidebar"},
    "COLORS": {
        "primary": {
            "50": "oklch(98.4% .014 200)",
            "100": "oklch(95.3% .04 200)",
            "200": "oklch(91% .07 200)",
            "300": "oklch(85.5% .09 202)",
            "400": "oklch(74% .1 205)",
            "500": "oklch(60% .1 210)",
            "600": "oklch(50% .09 215)",
            "700": "oklch(43% .08 217)",
            "800": "oklch(38% .07 220)",
            "900": "oklch(33% .06 222)",
            "950": "oklch(25% .05 225)",
        }
    },
}
