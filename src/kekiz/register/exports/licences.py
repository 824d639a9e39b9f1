"""The licences an installation can choose from for its open data."""

from __future__ import annotations

from django.conf import settings

from kekiz.register.exports.formats import Licence

# Name, text, and the name that DCAT-AP.de gives it (http://dcat-ap.de/def/licenses/).
_KNOWN = {
    "DL-BY": (
        "Datenlizenz Deutschland – Namensnennung – Version 2.0",
        "https://www.govdata.de/dl-de/by-2-0",
        "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
    ),
    "DL-ZERO": (
        "Datenlizenz Deutschland – Zero – Version 2.0",
        "https://www.govdata.de/dl-de/zero-2-0",
        "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
    ),
    "CC-BY": (
        "Creative Commons Namensnennung 4.0 International",
        "https://creativecommons.org/licenses/by/4.0/",
        "http://dcat-ap.de/def/licenses/cc-by/4.0",
    ),
    "CC0": (
        "Creative Commons CC0 1.0",
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "http://dcat-ap.de/def/licenses/cc-zero",
    ),
}


def read_licence() -> Licence:
    """The licence of the settings and who publishes."""
    name, url, catalogue_url = _KNOWN[settings.KEKIZ_DATA_LICENCE]
    return Licence(name, url, settings.KEKIZ_OPERATOR, catalogue_url)
