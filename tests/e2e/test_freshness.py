"""The pages about reminders and about what ends are clean."""

import pytest

PAGES = {
    "freshness": ("/cockpit/aktualitaet/", "koordination"),
    "unconfirmed": ("/cockpit/aktualitaet/?stand=nicht-bestaetigt", "lesen"),
    "expiry": ("/cockpit/auslaufend/?monate=18", "koordination"),
    "broken links": ("/cockpit/auslaufend/?monate=6&rechnen=kettenglieder", "koordination"),
    "mailbox": ("/postfach/", ""),
    "thanks": ("/stimmt-noch/danke/bestaetigt/", ""),
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_clean(visit, name):
    path, account = PAGES[name]
    window = visit(width=320, account=account)
    window.open(path)
    window.check_everywhere()
