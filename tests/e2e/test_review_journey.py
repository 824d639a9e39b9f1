"""The pages on which offers are written, reviewed and handed to programs are clean."""

import pytest

PAGES = {
    "own offers": ("/traeger/", "traeger"),
    "form": ("/traeger/neu/", "traeger"),
    "tokens": ("/traeger/zugaenge/", "traeger"),
    "queue": ("/cockpit/pruefen/", "koordination"),
    "invitations": ("/cockpit/einladungen/", "koordination"),
    "interface": ("/api/", ""),
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_clean(visit, name):
    path, account = PAGES[name]
    window = visit(width=320, account=account)
    window.open(path)
    window.check_everywhere()
