"""The settings of one city. Everything that differs between cities comes from the environment or the declared folder; nothing from this file."""

from __future__ import annotations

import os
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from tongban.house.place import city_folder
from tongban.house.postgres import Cluster
from tongban.kernel import keys

DATA = Path(os.environ.get("TONGBAN_DATA", ".tongban")).resolve()
CITY = city_folder()
DEMO = os.environ.get("TONGBAN_DEMO") == "1"
PROXIES = [ip_network(text.strip()) for text in os.environ.get("TONGBAN_PROXIES", "").split(",") if text.strip()]
ORIGIN = os.environ.get("TONGBAN_ORIGIN", "http://127.0.0.1:8000")

DEBUG = False
SECRET_KEY = keys.load("session").hex()
ALLOWED_HOSTS = os.environ.get("TONGBAN_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
ROOT_URLCONF = "tongban.house.urls"
WSGI_APPLICATION = "tongban.house.wsgi.application"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "zh-hans"
USE_I18N = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "parties.Account"
APPEND_SLASH = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "tongban.jobs",
    "tongban.files",
    "tongban.ledger",
    "tongban.parties",
    "tongban.papers",
    "tongban.credentials",
    "tongban.exchange",
    "tongban.docking",
    "tongban.messages",
    "tongban.catalogue",
    "tongban.cases",
    "tongban.benefits",
    "tongban.look",
    "tongban.faces.portal",
    "tongban.faces.desk",
    "tongban.faces.counter",
    "tongban.faces.verify",
    "tongban.house",
]

MIDDLEWARE = [
    "tongban.house.middleware.content_security",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # safe: every token in a page is masked anew, and pages do not echo secrets
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "tongban.house.middleware.no_null_character",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tongban.house.middleware.nothing_typed_is_lost",
    "tongban.house.middleware.visible_errors",
]


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "tongban.house.database",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


_cluster = Cluster(DATA)
_role = os.environ.get("TONGBAN_ROLE", "tongban_app")
_owner = os.environ.get("OWNER_URL") if _role == "tongban_owner" else None
DATABASES = {
    "default": _database(_owner or os.environ.get("DATABASE_URL") or _cluster.url(_role)),
    "registers": _database(os.environ.get("REGISTERS_URL") or os.environ.get("DATABASE_URL") or _cluster.url("tongban_connector")),
}
DATABASES["registers"]["OPTIONS"] = {
    "connect_timeout": 2,  # seconds, as for a statement: a register that does not take the call is as silent as one that does not answer
    "options": "-c default_transaction_read_only=on -c search_path=registers -c statement_timeout=2000",
}
DATABASES["registers"]["TEST"] = {"MIRROR": "default"}
DATABASE_ROUTERS = ["tongban.house.middleware.OnlyDefaultMigrates"]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
CSRF_COOKIE_HTTPONLY = True
_secure = ORIGIN.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
CSRF_TRUSTED_ORIGINS = [ORIGIN]
LOGIN_URL = "/sign-in"
CSRF_FAILURE_VIEW = "tongban.house.failures.forged"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 25_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 12_000_000

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not os.environ.get("TONGBAN_TEST")
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = bool(os.environ.get("TONGBAN_TEST"))

LOOK_CONTEXT = ["tongban.house.context.city"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
