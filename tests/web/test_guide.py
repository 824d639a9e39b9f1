"""The printed guide: every offer of a municipality once, as tagged PDF, whatever is written in an offer."""

import dataclasses
import datetime as dt
import io

import pypdf
import pytest
from django.test import Client
from tests.conftest import LEMGO, LUEGDE
from tests.web.finder_region import keep_stored, load_finder_region

from kekiz.register.queries import offers_for_family
from kekiz.web.family.guide_content import collect_guide
from kekiz.web.family.guide_model import Guide, GuideEntry, GuideField, GuidePhase, GuideReference
from kekiz.web.family.guide_pdf import can_print, set_guide

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lippe")]
DAY = dt.date(2026, 5, 1)
URL = "https://kekiz.example/angebote/?ort=L%C3%BCgde"
# What Typst would do if any of this were read as markup: fail, read a file, compute, link, break out.
HOSTILE = (
    '#panic("x") #import "/etc/passwd": * $1/0$ \\ <label> @offer-9 *b* _c_ [x] {y} "z" `raw` // no /* no'
)


@pytest.fixture(scope="module")
def lippe(django_db_setup, django_db_blocker):
    """The region of the stories."""
    with keep_stored(django_db_blocker, load_finder_region):
        yield


def collect(ags: str = LUEGDE, name: str = "Lügde") -> Guide:
    return collect_guide(ags, name, today=DAY, page_url=URL, area_names={LUEGDE: "Lügde", LEMGO: "Lemgo"})


def list_entries(guide: Guide) -> list[GuideEntry]:
    return [entry for phase in guide.phases for part in phase.fields for entry in part.entries]


def read_pdf(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def read_text(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read_pdf(content).pages).split())


def list_roles(element) -> list[str]:
    """The roles of a structure tree, depth first."""
    kids = element.get("/K", [])
    kids = kids if isinstance(kids, list) else [kids]
    found = [str(element["/S"])] if "/S" in element else []
    for kid in (one.get_object() for one in kids):
        if isinstance(kid, dict) and "/S" in kid:
            found += list_roles(kid)
    return found


def test_every_offer_is_printed_once_and_named_where_it_serves_too():
    guide = collect()
    entries = list_entries(guide)
    assert [entry.number for entry in entries] == list(range(1, guide.count + 1))
    assert guide.count == len(offers_for_family(ags=LUEGDE, on=DAY)) > 3
    for phase in guide.phases:
        printed = {entry.number for part in phase.fields for entry in part.entries}
        assert not printed & {other.number for other in phase.also}
        assert all(entries[other.number - 1].title == other.title for other in phase.also)


def test_the_pdf_says_what_the_pages_say():
    guide = collect()
    text = read_text(set_guide(guide, today=DAY))
    for entry in list_entries(guide):
        assert " ".join(entry.title.split()[:2]) in text
        assert all(contact in text for contact in entry.contact)
    assert "Stand 1. Mai 2026" in text


def test_the_pdf_is_tagged_for_screen_readers():
    """PDF/UA-1: marked, with language, title and a tree of headings; the picture code has words."""
    pdf = read_pdf(set_guide(collect(), today=DAY))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"] == True  # noqa: E712
    assert str(root["/Lang"]).startswith("de")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in root["/Metadata"].get_data()
    roles = list_roles(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/H3", "/P", "/Figure"} <= set(roles)
    assert pdf.metadata.title == "Wegweiser für Familien in Lügde"


def test_what_is_written_in_an_offer_is_text_and_never_markup():
    entry = GuideEntry(1, HOSTILE, HOSTILE, (HOSTILE,), HOSTILE, (HOSTILE,), (HOSTILE,), (HOSTILE,), HOSTILE)
    phase = GuidePhase(HOSTILE, HOSTILE, (GuideField(HOSTILE, (entry,)),), (GuideReference(1, HOSTILE),))
    guide = dataclasses.replace(collect(), municipality=HOSTILE, region_note=HOSTILE, phases=(phase,))
    text = read_text(set_guide(guide, today=DAY))
    assert text.count('#panic("x")') >= 8
    assert "root:" not in text


def test_signs_no_font_has_do_not_stop_the_print():
    guide = collect()
    title = "Київ العربية Çığ \x00\u202e 😀 中文 ½ „Ja“"
    phases = (
        GuidePhase(
            title, "", (GuideField(title, list_entries(guide)[:1] and (list_entries(guide)[0],)),), ()
        ),
    )
    text = read_text(set_guide(dataclasses.replace(guide, phases=phases), today=DAY))
    assert "Київ" in text
    assert "😀" not in text
    assert not can_print("😀")
    assert can_print("ß")


def test_the_same_guide_gives_the_same_bytes():
    assert set_guide(collect(), today=DAY) == set_guide(collect(), today=DAY)


def test_families_download_it():
    response = Client().get(f"/wegweiser/{LUEGDE}.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    assert f"/wegweiser/{LUEGDE}.pdf" in Client().get("/wegweiser/").content.decode()


def test_a_municipality_without_offers_gets_a_guide_all_the_same():
    guide = collect("05766999", "Nirgendwo")
    assert set_guide(guide, today=DAY).startswith(b"%PDF-")
