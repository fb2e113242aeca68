"""Settings 设置: one typed place, each value one sentence, read once from the environment.

Core and engines never see this module: they receive values.
"""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def _flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return default if value == "" else value in {"1", "true", "yes", "on"}
    raise ImproperlyConfigured(f"{name}: 请写 1 或 0 / say 1 or 0, not {value!r}")


@dataclass(frozen=True)
class Installation:
    """What an installation is told from outside."""

    data: Path  # LANTAI_DATA: the data folder
    database_url: str  # LANTAI_DATABASE_URL: sqlite:///path or postgresql://user@host/name
    index_url: str  # LANTAI_INDEX: tantivy:///path, clickhouse://host/name, opensearch://host/name
    store_url: str  # LANTAI_STORE: folder:///path
    base_url: str  # LANTAI_BASE_URL: printed in certificates' verification links
    demo: bool  # LANTAI_DEMO: show that this is a demonstration

    @property
    def ledger(self) -> Path:
        """Where the ledger's segments lie: beside the packages, part of the storage truth."""
        return self.data / "storage" / "ledger"

    @property
    def keys(self) -> Path:
        """Signing keys and the secret key; mode 0700."""
        return self.data / "keys"

    @property
    def incoming(self) -> Path:
        """Uploads and packages that have arrived and are not yet deposited."""
        return self.data / "incoming"

    @property
    def quarantine(self) -> Path:
        """Files refused, kept apart until two people release or remove them."""
        return self.data / "quarantine"

    @property
    def logs(self) -> Path:
        """Log files."""
        return self.data / "logs"

    @property
    def watched(self) -> Path:
        """The watched folder 监视文件夹: a package put here is taken in by the worker."""
        return self.data / "watched"


_data = Path(os.environ.get("LANTAI_DATA", "lantai-data")).resolve()
LANTAI = Installation(
    data=_data,
    database_url=os.environ.get("LANTAI_DATABASE_URL", f"sqlite:///{_data}/lantai.db"),
    index_url=os.environ.get("LANTAI_INDEX", f"tantivy://{_data}/index"),
    store_url=os.environ.get("LANTAI_STORE", f"folder://{_data}/storage/ocfl"),
    base_url=os.environ.get("LANTAI_BASE_URL", "http://127.0.0.1:8000"),
    demo=_flag("LANTAI_DEMO", False),
)


def _secret_key() -> str:
    """From the environment, or a file in the data folder; made at random, never a default."""
    if os.environ.get("LANTAI_SECRET_KEY"):
        return os.environ["LANTAI_SECRET_KEY"]
    path = LANTAI.keys / "secret-key"
    if path.exists():
        return path.read_text().strip()
    if not LANTAI.data.exists():
        return secrets.token_urlsafe(48)  # commands that need no data folder
    LANTAI.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as stream:
        stream.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path) if parts.path != "/:memory:" else ":memory:",
            "OPTIONS": {
                # IMMEDIATE: a read-then-write transaction never meets "database is locked".
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                    "PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456; "
                    # rows come in the order of no index: pages written again and again; the
                    # journal of a large import is no larger afterwards than one of every day
                    "PRAGMA wal_autocheckpoint=32000; PRAGMA journal_size_limit=67108864;"
                ),
            },
        }
    if parts.scheme in {"postgresql", "postgres"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured(
        f"LANTAI_DATABASE_URL: sqlite:///… 或 postgresql://… / not {parts.scheme!r}"
    )


TESTING = "pytest" in sys.modules
DEBUG = _flag("LANTAI_DEBUG", False)
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("LANTAI_HOSTS", "*").split(",")
DATABASES = {"default": _database(LANTAI.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_cotton.apps.SimpleAppConfig",
    "lantai.foundation",
    "lantai.governance",
    "lantai.catalogue",
    "lantai.preservation",
    "lantai.resources",
    "lantai.access",
    "lantai.web",
]

AUTH_USER_MODEL = "foundation.Person"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lantai.web.middleware.errors.ErrorPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "lantai.web.middleware.headers.SecurityHeaders",
    "lantai.web.middleware.standings.StandingsOnce",
]

ROOT_URLCONF = "lantai.web.urls"
WSGI_APPLICATION = "lantai.web.wsgi.application"
WEB = Path(__file__).resolve().parent

_loaders = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates", WEB],
        "OPTIONS": {
            "loaders": _loaders if DEBUG else [("django.template.loaders.cached.Loader", _loaders)],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "lantai.web.context.shell",
            ],
        },
    }
]
COTTON_DIR = "components"
COTTON_ISOLATE_BY_DEFAULT = True

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "lantai_language"
LOCALE_PATHS = [WEB / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATICFILES_DIRS = [WEB / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

SESSION_COOKIE_NAME = "lantai_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = LANTAI.base_url.startswith("https://")
SESSION_COOKIE_AGE = 8 * 3600  # a working day
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_COOKIE_NAME = "lantai_csrf"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"

DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {process} {name}: {message}", "style": "{"}
    },
    "handlers": {
        "file": {
            "class": "lantai.foundation.log_file.LogFile",
            "filename": str(LANTAI.logs / "lantai.log"),
            "formatter": "plain",
            "delay": True,
        }
        if LANTAI.logs.is_dir()
        else {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["file"], "level": "INFO"},
    "loggers": {"django.request": {"handlers": ["file"], "level": "ERROR", "propagate": False}},
}
