"""Settings of the test suite: the real ones, plus what a test machine needs."""

import os

os.environ.setdefault("KEKIZ_SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault("KEKIZ_HOSTS", "testserver,localhost,127.0.0.1")
# Tests speak plain HTTP; tests of the production settings start a process of their own.
os.environ.setdefault("KEKIZ_DEMO", "1")
os.environ.setdefault("KEKIZ_LOG_LEVEL", "WARNING")

from kekiz.site.settings import *  # noqa: F403

# One round instead of a million: tests make hundreds of accounts.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

OPEN_DATA_FOLDER = VAR / "test-open-data"  # noqa: F405
# Test processes number their imports alike: each has a folder of its own.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
PROGRESS_FOLDER = VAR / f"test-progress-{_worker}"  # noqa: F405

# The invented region of the tests has a handful of children, so that a pencil can follow them: all are shown.
# Tests of small numbers set 3.
KEKIZ_SMALLEST_COUNT = 0
