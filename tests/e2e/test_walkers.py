"""The walker with the keyboard refuses pages on which somebody without a mouse would be lost."""

import pytest
from tests.e2e.walkers import WithKeyboard

TARGET = '<main><a href="#x">Ziel</a></main>'
FAULTY_PAGES = {
    "shows no focus ring": f'<button style="outline: none">Ohne Ring</button>{TARGET}',
    "is not visible": f'<button style="opacity: 0">Unsichtbar</button>{TARGET}',
    "is outside the window or covered": f"""<button>Verdeckt</button>{TARGET}
        <div style="position: fixed; inset: 0; background: white"></div>""",
    "the focus is trapped": f"""<input aria-label="Falle" onkeydown="event.preventDefault()">{TARGET}""",
    "no key leads to": '<main><a href="#x" tabindex="-1">Ziel</a> <a href="#y">Anderes</a></main>',
}


@pytest.mark.parametrize("fault", FAULTY_PAGES)
def test_a_faulty_page_ends_the_journey(visit, fault):
    walker = WithKeyboard(visit())
    walker.page.set_content(FAULTY_PAGES[fault])
    with pytest.raises(AssertionError, match=fault):
        walker.follow("Ziel")


def test_a_sound_page_is_walked(visit):
    walker = WithKeyboard(visit())
    walker.page.set_content(f"<button>Vorher</button>{TARGET}")
    walker.follow("Ziel")
    assert walker.page.url.endswith("#x")


@pytest.mark.parametrize(
    ("path", "account"),
    [
        ("/angebote/?ort=L%C3%BCgde&alter=2j", ""),
        ("/traeger/neu/", "traeger"),
        ("/cockpit/?gebiet=05766052", "koordination"),
        ("/cockpit/luecke/P5/G1/?gebiet=05766052", "koordination"),
    ],
)
def test_every_stop_of_the_longest_pages_is_seen_on_a_phone(visit, path, account):
    walker = WithKeyboard(visit(width=320, height=640, account=account))
    walker.open(path)
    walker.follow("Offene Schnittstelle (API)")
