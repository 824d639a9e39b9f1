"""Log codes as German sentences. Each app registers its own in `AppConfig.ready`."""

from collections.abc import Mapping

ACCOUNT_SENTENCES = {
    "user.created": "{actor} hat das Konto Nr. {key} angelegt.",
    "user.deactivated": "{actor} hat das Konto Nr. {key} geschlossen.",
    "user.erased": "{actor} hat Name und E-Mail-Adresse des Kontos Nr. {key} gelöscht.",
    "invitation.sent": "{actor} hat jemanden zum Träger „{label}“ eingeladen (Einladung Nr. {key}).",
    "invitation.resent": "{actor} hat die Einladung Nr. {key} zum Träger „{label}“ erneut gesendet.",
    "invitation.withdrawn": "{actor} hat die Einladung Nr. {key} zum Träger „{label}“ zurückgezogen.",
    "invitation.accepted": "{actor} hat die Einladung Nr. {key} zum Träger „{label}“ angenommen.",
    "token.created": "{actor} hat für den Träger „{label}“ einen Zugang zur Schnittstelle angelegt ({key}).",
    "token.revoked": "{actor} hat dem Zugang {key} des Trägers „{label}“ die Gültigkeit entzogen.",
    "role.granted": "{actor} hat dem Konto Nr. {key} die Rolle „{label}“ gegeben (Gebiet: {area}).",
    "role.revoked": "{actor} hat dem Konto Nr. {key} die Rolle „{label}“ genommen (Gebiet: {area}).",
}

_SENTENCES: dict[str, str] = {}
_SAMPLE = {"actor": "", "key": "", "label": "", "area": ""}


def register_sentences(sentences: Mapping[str, str]) -> None:
    """Add the sentences of an app: code → text with any of {actor}, {key}, {label}, {area}.

    Raises ValueError when a code is taken by another sentence, KeyError for an unknown placeholder.
    """
    for code, sentence in sentences.items():
        sentence.format(**_SAMPLE)
        if _SENTENCES.get(code, sentence) != sentence:
            raise ValueError(f"The log code {code!r} has another sentence already.")
        _SENTENCES[code] = sentence


def is_registered(code: str) -> bool:
    """Does this log code have a sentence?"""
    return code in _SENTENCES


def registered_codes() -> frozenset[str]:
    """Return every log code that has a sentence."""
    return frozenset(_SENTENCES)


def write_sentence(code: str, *, actor: str, key: str, label: str, area: str) -> str:
    """Return the German sentence of one log entry; a code from an older version is shown as it is."""
    sentence = _SENTENCES.get(
        code, "{actor}: Vorgang " + code.replace("{", "").replace("}", "") + " ({key})."
    )
    return sentence.format(actor=actor, key=key, label=label or key, area=area or "–")
