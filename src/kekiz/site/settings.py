"""Django settings. What can be set from outside stands in `environment.SETTINGS` and docs/settings.md."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from kekiz.site.environment import Environment
from kekiz.site.parts import (
    check_geocoder,
    choose_database,
    choose_mail,
    find_home,
    find_secret_key,
    find_site_url,
    read_freshness,
    static_folders,
)

_environment = Environment()

DEBUG = _environment.flag("KEKIZ_DEBUG")
DEMO = _environment.flag("KEKIZ_DEMO")
IS_LOCAL = DEBUG or DEMO
IS_HTTPS = _environment.flag("KEKIZ_HTTPS") and not IS_LOCAL

HOME = find_home(_environment)
VAR = HOME / "var"
PARTS = HOME / "node_modules"
if _environment.text("KEKIZ_PARTS"):
    PARTS = HOME.joinpath(_environment.text("KEKIZ_PARTS"))

SECRET_KEY = find_secret_key(_environment, VAR, may_generate=IS_LOCAL)
ALLOWED_HOSTS = _environment.words("KEKIZ_HOSTS") or (["localhost", "127.0.0.1", "[::1]"] if IS_LOCAL else [])
if not ALLOWED_HOSTS:
    _environment.problems.append(
        "KEKIZ_HOSTS fehlt. Erwartet: der Name der Seite, etwa kekiz.kreis-lippe.de."
    )

KEKIZ_REGION_NAME = _environment.text("KEKIZ_REGION_NAME") or ("Kreis Lippe" if IS_LOCAL else "unsere Region")
KEKIZ_OPERATOR = _environment.text("KEKIZ_OPERATOR") or KEKIZ_REGION_NAME
KEKIZ_SMALLEST_COUNT = int(_environment.choice("KEKIZ_SMALLEST_COUNT", ("3", "5", "10")))
KEKIZ_DATA_LICENCE = _environment.choice("KEKIZ_DATA_LICENCE", ("DL-BY", "DL-ZERO", "CC-BY", "CC0"))
KEKIZ_IMPORT_HOSTS = _environment.words("KEKIZ_IMPORT_HOSTS")
KEKIZ_GEOCODER_URL = check_geocoder(_environment)
IS_REGION_NAMED = IS_LOCAL or bool(_environment.text("KEKIZ_REGION_NAME"))

INSTALLED_APPS = [
    "kekiz.accounts",
    "kekiz.register",
    "kekiz.evidence",
    "kekiz.analysis",
    "kekiz.planning",
    "kekiz.web",
    "kekiz.site",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "corsheaders",
    "csp",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "kekiz.api.middleware.ApiMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kekiz.web.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "kekiz.site.urls"
WSGI_APPLICATION = "kekiz.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": choose_database(_environment, VAR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Rate limits count in the cache: several server processes share it, so production keeps it in the database.
_SHARED_CACHE = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "site_cache"}
_LOCAL_CACHE = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
CACHES = {"default": _LOCAL_CACHE if IS_LOCAL else _SHARED_CACHE}
TASKS = {
    "default": {
        "BACKEND": (
            "django_tasks.backends.immediate.ImmediateBackend"
            if IS_LOCAL
            else "django_tasks_db.DatabaseBackend"
        ),
    },
}

# Everybody may read what is public, also from pages of other sites; cookies are never sent along.
CORS_URLS_REGEX = r"^/(api/v1|offene-daten)/"
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_EXPOSE_HEADERS = ["ETag"]

LANGUAGE_CODE = "de"
# The public pages speak all of them, the cockpit German only; "ls" is Leichte Sprache (ADR 33).
LANGUAGES = [
    ("de", "Deutsch"),
    ("ls", "Leichte Sprache"),
    ("en", "English"),
    ("tr", "Türkçe"),
    ("ar", "العربية"),
    ("uk", "Українська"),
    ("ru", "Русский"),
]
TIME_ZONE = "Europe/Berlin"
USE_I18N = True
# Own words before those of libraries: "Sie" in place of "du".
LOCALE_PATHS = [Path(__file__).parent / "locale"]
USE_TZ = True

STATIC_URL = "/static/"
# Collected files exist in production only; locally they are served from where they lie.
STATIC_ROOT = None if IS_LOCAL else VAR / "static"
STATICFILES_DIRS = static_folders(PARTS)
# In production `collectstatic` adds a digest to each name, so that browsers may keep files for ever.
WHITENOISE_USE_FINDERS = IS_LOCAL
WHITENOISE_AUTOREFRESH = DEBUG
_STATIC_STORAGE = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if IS_LOCAL
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIC_STORAGE},
}
MEDIA_ROOT = VAR / "media"
# Files of the open data, written when they are asked for; may be emptied at any time.
OPEN_DATA_FOLDER = VAR / "open-data"
# How far imports have come, readable while their transactions are open; may be emptied at any time.
PROGRESS_FOLDER = VAR / "progress"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "display_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "own_desk"
ACCOUNT_ADAPTER = "kekiz.accounts.adapter.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "kekiz.accounts.queries.display_name_of"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[kekiz] "
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _environment.flag("KEKIZ_BEHIND_PROXY") else 0
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "kekiz"

# Strict: nothing inline, nothing from elsewhere. `data:` is for pictures only: KERN's icons and the picture
# code of the second factor come as data addresses.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = IS_HTTPS
# The health check comes from the machine itself, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^gesund$"]
SECURE_HSTS_SECONDS = _environment.number("KEKIZ_HSTS_SECONDS") if IS_HTTPS else 0
# W005, W021: whether all subdomains of the district's domain have TLS is not ours to promise.
# auth.W004: e-mail addresses are unique without regard to case, by a constraint that the check does not see.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "auth.W004"]
if _environment.flag("KEKIZ_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 10 * 60 * 60  # one working day
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

DEFAULT_FROM_EMAIL = SERVER_EMAIL = _environment.text("KEKIZ_MAIL_FROM")
for _name, _value in choose_mail(_environment, is_demo=DEMO).items():
    globals()[_name] = _value
KEKIZ_CONTACT_EMAIL = _environment.text("KEKIZ_CONTACT_EMAIL") or DEFAULT_FROM_EMAIL
KEKIZ_SITE_URL = find_site_url(_environment, ALLOWED_HOSTS, is_local=IS_LOCAL)
KEKIZ_MAILBOX: Path = VAR / "mailbox"  # the demo's
_spans = read_freshness(_environment)
KEKIZ_ASSURE_MONTHS: int = _spans["KEKIZ_ASSURE_MONTHS"]
KEKIZ_ASSURE_PROJECT_MONTHS: int = _spans["KEKIZ_ASSURE_PROJECT_MONTHS"]
KEKIZ_REMIND_DAYS: int = _spans["KEKIZ_REMIND_DAYS"]
KEKIZ_UNCONFIRMED_DAYS: int = _spans["KEKIZ_UNCONFIRMED_DAYS"]
KEKIZ_LINK_DAYS: int = _spans["KEKIZ_LINK_DAYS"]

# No addresses of visitors, no search words, no e-mail addresses: the filter removes what slips in.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_people": {"()": "kekiz.site.logs.WithoutPeople"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "terminal": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_people"]},
    },
    "root": {
        "handlers": ["terminal"],
        "level": _environment.choice("KEKIZ_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR")),
    },
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        # The line of each request holds the visitor's search words and position.
        "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
        "django.db.backends": {"level": "WARNING"},
    },
}

if _environment.problems:
    raise ImproperlyConfigured(
        "kekiz ist falsch eingestellt:\n- " + "\n- ".join(_environment.problems) + "\nSiehe docs/settings.md."
    )
