"""Settings from the environment: one table of what there is, one way to read it, errors in sentences.

The table `SETTINGS` is the only list; `docs/settings.md` documents it and a test compares the two.
Every name may be given as `NAME_FILE` instead, naming a file that holds the value (for secrets).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TRUE_WORDS = frozenset({"1", "true", "yes", "on", "ja"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", "nein", ""})


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, its default ("" = none) and what it means."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("KEKIZ_SECRET_KEY", "", "Signs sessions and links; at least 50 random characters."),
    Setting("KEKIZ_HOSTS", "", "Host names the site answers to, separated by commas."),
    Setting("KEKIZ_REGION_NAME", "", "Name of the region as people say it, on every page."),
    Setting("KEKIZ_OPERATOR", "", "Who runs the site, on every page; default: the region."),
    Setting("KEKIZ_HTTPS", "1", "0 = the site is reached without TLS (only inside a closed network)."),
    Setting("KEKIZ_HSTS_SECONDS", "31536000", "How long browsers insist on HTTPS; 0 = not at all."),
    Setting("KEKIZ_BEHIND_PROXY", "0", "1 = a reverse proxy sets X-Forwarded-Proto and X-Forwarded-For."),
    Setting("KEKIZ_DEBUG", "0", "1 = development: error pages with details, no HTTPS. Never in public."),
    Setting("KEKIZ_DEMO", "0", "1 = the worked region on one machine: no HTTPS, own secret, tasks at once."),
    Setting("KEKIZ_HOME", "", "Folder with var/ (database, secret, collected files); default: the checkout."),
    Setting(
        "KEKIZ_PARTS", "", "Folder node_modules with the front-end parts; default: KEKIZ_HOME/node_modules."
    ),
    Setting("DATABASE_URL", "", "postgres://user:password@host:5432/name; default: SQLite in var/."),
    Setting(
        "KEKIZ_MAIL_URL", "", "smtp://user:password@host:587 (STARTTLS) or smtps://…:465; default: terminal."
    ),
    Setting("KEKIZ_MAIL_FROM", "kekiz@localhost", "Sender of all mail."),
    Setting(
        "KEKIZ_SMALLEST_COUNT", "3", "3, 5 or 10: fewer children are not shown, and what tells them neither."
    ),
    Setting("KEKIZ_IMPORT_HOSTS", "", "Hosts whose HSDS API may be read, as name or name:port, with commas."),
    Setting("KEKIZ_GEOCODER_URL", "", "Nominatim (…/search) or Photon (…/api) for addresses; default: none."),
    Setting("KEKIZ_SITE_URL", "", "Public address for links in mails; default: https:// and the first host."),
    Setting("KEKIZ_CONTACT_EMAIL", "", "Where answers to mails go, on every mail; default: KEKIZ_MAIL_FROM."),
    Setting("KEKIZ_ASSURE_MONTHS", "12", "How long the confirmation of a permanent offer holds."),
    Setting("KEKIZ_ASSURE_PROJECT_MONTHS", "6", "How long the confirmation of a project holds."),
    Setting("KEKIZ_REMIND_DAYS", "14", "Least days between two mails to a provider, and before its list."),
    Setting(
        "KEKIZ_UNCONFIRMED_DAYS", "60", "From the due date until families read that it is not confirmed."
    ),
    Setting("KEKIZ_DATA_LICENCE", "DL-BY", "DL-BY, DL-ZERO, CC-BY or CC0: the licence of the open data."),
    Setting("KEKIZ_LINK_DAYS", "30", "How long the link of a reminder can be used."),
    Setting("KEKIZ_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR."),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}


class Environment:
    """Reads the settings and collects what is wrong with them, so that all mistakes are told at once."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = os.environ if values is None else values
        self.problems: list[str] = []

    def text(self, name: str) -> str:
        """Return a setting as text, from NAME or from the file named by NAME_FILE, else its default."""
        default = _BY_NAME[name].default
        value, path = self._values.get(name, ""), self._values.get(f"{name}_FILE", "")
        if value and path:
            self.problems.append(f"{name} und {name}_FILE sind beide gesetzt. Bitte nur eines davon angeben.")
        if value or not path:
            return value or default
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "kein UTF-8-Text"
            self.problems.append(f"{name}_FILE: Die Datei {path} lässt sich nicht lesen ({reason}).")
            return default

    def flag(self, name: str) -> bool:
        """Return a yes/no setting."""
        word = self.text(name).lower()
        if word not in TRUE_WORDS | FALSE_WORDS:
            self.problems.append(f"{name} ist „{word}“. Erwartet: 1 (ja) oder 0 (nein).")
        return word in TRUE_WORDS

    def number(self, name: str) -> int:
        """Return a whole number of at least 0."""
        word = self.text(name)
        if word.isascii() and word.isdigit():
            return int(word)
        default = _BY_NAME[name].default
        self.problems.append(f"{name} ist „{word}“. Erwartet: eine ganze Zahl ab 0, zum Beispiel {default}.")
        return int(default)

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        """Return one of the allowed words, in capitals."""
        word = self.text(name).upper()
        if word in allowed:
            return word
        self.problems.append(f"{name} ist „{word}“. Erwartet: {', '.join(allowed)}.")
        return _BY_NAME[name].default

    def words(self, name: str) -> list[str]:
        """Return a list of words given with commas or blanks."""
        return self.text(name).replace(",", " ").split()
