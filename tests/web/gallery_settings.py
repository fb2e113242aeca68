"""Settings that serve the gallery and nothing else: no database, no accounts."""

from pathlib import Path

import lantai.web

WEB = Path(lantai.web.__file__).parent

SECRET_KEY = "only-for-the-gallery-in-tests"
DEBUG = True
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.web.gallery_urls"
INSTALLED_APPS = ["django.contrib.staticfiles", "django_cotton", "lantai.web"]
MIDDLEWARE = [
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "tests.web.gallery_urls.content_security_policy",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates", WEB],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request"],
        },
    }
]
COTTON_DIR = "components"
COTTON_ISOLATE_BY_DEFAULT = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [WEB / "locale"]
STATIC_URL = "/static/"
USE_TZ = True
