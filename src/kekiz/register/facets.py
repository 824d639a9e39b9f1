"""The facets of an offer: codes in the database, German words on the screen."""

from django.db.models import TextChoices

from kekiz.engine.scheme import HURDLES, load_scheme

SCHEME = load_scheme()
FIELD_CODES = SCHEME.field_codes
AGE_MIN_MONTHS = -9
AGE_MAX_MONTHS = 324


class ProviderKind(TextChoices):
    PUBLIC = "public", "Öffentlicher Träger"
    WELFARE = "welfare", "Wohlfahrtsverband"
    CHURCH = "church", "Kirche"
    ASSOCIATION = "association", "Verein"
    HEALTH = "health", "Gesundheitswesen"
    SCHOOL = "school", "Schule"
    COMPANY = "company", "Unternehmen"
    OTHER = "other", "Sonstiger Träger"


class OfferState(TextChoices):
    DRAFT = "draft", "Entwurf"
    IN_REVIEW = "in_review", "In Prüfung"
    PUBLISHED = "published", "Veröffentlicht"
    PAUSED = "paused", "Pausiert"
    ENDED = "ended", "Beendet"


class Mode(TextChoices):
    VISIT = "visit", "Vor Ort"
    OUTREACH = "outreach", "Kommt nach Hause"
    ONLINE = "online", "Online oder Telefon"


class Access(TextChoices):
    WALK_IN = "walk_in", "Einfach hingehen"
    REGISTRATION = "registration", "Mit Anmeldung"
    REFERRAL = "referral", "Mit Überweisung oder Zuweisung"
    OUTREACH = "outreach", "Aufsuchend"
    ONLINE = "online", "Online"
    UNKNOWN = "unknown", "Nicht bekannt"


class Cost(TextChoices):
    """What an offer costs; where nobody has said it is unknown, never free."""

    FREE = "free", "Kostenlos"
    REDUCED = "reduced", "Ermäßigt oder über Bildung und Teilhabe"
    PAID = "paid", "Kostet Geld"
    UNKNOWN = "unknown", "Nicht bekannt"


class System(TextChoices):
    HEALTH = "health", "Gesundheit"
    EARLY_EDUCATION = "early_education", "Kita und Tagespflege"
    SCHOOL = "school", "Schule"
    YOUTH_WELFARE = "youth_welfare", "Jugendhilfe"
    FAMILY_EDUCATION = "family_education", "Familienbildung"
    SOCIAL_SECURITY = "social_security", "Soziale Sicherung"
    INTEGRATION = "integration", "Integration"
    CULTURE_SPORT = "culture_sport", "Kultur und Sport"
    WORK = "work", "Ausbildung und Arbeit"


class Level(TextChoices):
    UNIVERSAL = "universal", "Für alle"
    SELECTIVE = "selective", "Für Familien mit besonderem Bedarf"
    INDICATED = "indicated", "Bei festgestelltem Bedarf"


class Evidence(TextChoices):
    """Rating in the Grüne Liste Prävention; not listed is neutral."""

    NOT_LISTED = "not_listed", "Nicht gelistet"
    LEVEL_1 = "1", "Grüne Liste: auf der Schwelle"
    LEVEL_2 = "2", "Grüne Liste: Effektivität wahrscheinlich"
    LEVEL_3 = "3", "Grüne Liste: Effektivität nachgewiesen"


class BarrierFree(TextChoices):
    YES = "yes", "Barrierefrei"
    PARTLY = "partly", "Teilweise barrierefrei"
    NO = "no", "Nicht barrierefrei"
    UNKNOWN = "unknown", "Nicht bekannt"


class CooperationKind(TextChoices):
    HANDOVER = "handover", "Übergabe"
    SHARED_TEAM = "shared_team", "Gemeinsames Team"
    NETWORK = "network", "Netzwerk"


_HURDLE_NAMES = {
    "paid": "Kostet Geld",
    "registration": "Anmeldung nötig",
    "referral": "Überweisung oder Zuweisung nötig",
    "language": "Nur auf Deutsch",
    "waiting_list": "Warteliste",
    "application": "Antrag nötig",
}
HURDLE_CHOICES = [(code, _HURDLE_NAMES[code]) for code in HURDLES]
FIELD_CHOICES = [(field.code, field.name) for field in SCHEME.fields]

LANGUAGE_NAMES = {
    "de": "Deutsch", "en": "Englisch", "tr": "Türkisch", "ar": "Arabisch", "uk": "Ukrainisch",
    "ru": "Russisch", "pl": "Polnisch", "ro": "Rumänisch", "bg": "Bulgarisch", "ku": "Kurdisch",
    "fa": "Persisch", "fr": "Französisch", "es": "Spanisch", "it": "Italienisch", "sq": "Albanisch",
    "sr": "Serbisch", "hr": "Kroatisch", "bs": "Bosnisch", "el": "Griechisch", "pt": "Portugiesisch",
    "vi": "Vietnamesisch", "ti": "Tigrinya", "so": "Somali", "ps": "Paschtu", "hi": "Hindi",
    "zh": "Chinesisch", "gsg": "Deutsche Gebärdensprache", "nl": "Niederländisch", "hu": "Ungarisch",
    "mk": "Mazedonisch",
}  # fmt: skip
LANGUAGE_CHOICES = list(LANGUAGE_NAMES.items())
