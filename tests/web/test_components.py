"""Bars, chain, matrix and map: what they draw and say, also of the unknown, suppressed or not needed."""

import re

import pytest

from kekiz.analysis.queries import Reasons
from kekiz.engine.scheme import load_scheme
from kekiz.web.components import bars, chain, maps, matrix
from kekiz.web.components.reasons import REASONS, add_reasons

SPLIT = Reasons(need=100, found=50, not_found=10, full=20, hurdle=5, too_far=10, no_offer=5)
WHOLE = Reasons(need=10, found=10)
S = "\u202f"


def text_of(html):
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", html)).replace(" :", ":")


def has_inline_style_or_script(html):
    return bool(re.search(r"\sstyle=|<script|<style|\son\w+=", html))


def make_bar(reasons, **values):
    return chain.GroupBar("low_income", "Kinder mit wenig Geld", "wenig Geld", reasons, **values)


def make_station(code, reasons, missing_share=0.07, **values):
    bar = make_bar(reasons, **values)
    return chain.Station(code, f"Phase {code}", "1 bis 3 Jahre", (bar,), missing_share, f"/{code}/")


def test_segments_of_a_bar_follow_the_fixed_order_and_fill_it():
    segments = bars.cut_segments(SPLIT)
    assert [segment.reason for segment in segments] == list(REASONS)
    assert [segment.start for segment in segments] == [0, 50, 60, 80, 85, 95]
    assert segments[-1].start + segments[-1].length == 100
    assert all(segment.drawn_length > 0 for segment in segments)
    assert bars.cut_segments(Reasons()) == []


def test_a_bar_says_in_words_what_it_shows():
    sentence = bars.describe_reasons(SPLIT)
    assert f"gefunden 50{S}%" in sentence
    assert f"voll 20{S}%" in sentence
    assert sentence in bars.draw_bar(SPLIT)


@pytest.mark.parametrize(
    ("missing", "state"),
    [(0.0, "whole"), (0.049, "whole"), (0.05, "thin"), (0.099, "thin"), (0.1, "broken"), (1.0, "broken")],
)
def test_a_link_thins_at_five_and_breaks_at_ten_of_a_hundred(missing, state):
    assert make_station("P3", SPLIT, missing).state == state


def test_the_chain_names_children_without_a_place_and_marks_the_largest_break():
    html = chain.draw_chain(
        [make_station("P3", Reasons(need=1000, found=688, full=312)), make_station("P4", WHOLE)],
        [chain.Passage("P3", "Familie → Kita", 500, 0.35)],
    )
    assert "rund 310 Kinder ohne Platz" in text_of(html)
    assert html.count("station--largest") == 1
    assert "station--thin" in html
    assert "7 von 100 fehlt etwas" in text_of(html)
    assert f"Familie → Kita: 35{S}% wechseln mit vereinbarter Übergabe." in text_of(html)
    assert 'x2="35%"' in html
    assert not has_inline_style_or_script(html)


def test_the_chain_hatches_the_assumed_part_of_the_found_places():
    bar = make_bar(SPLIT, assumed_share=0.4)
    assert (bar.assumed_top, bar.assumed_height) == (50, 20)
    assert "url(#pattern-assumed)" in chain.draw_chain([make_station("P3", SPLIT, assumed_share=0.4)], [])
    assert '<rect fill="url(#pattern-assumed)"' not in chain.draw_chain([make_station("P3", SPLIT)], [])


def test_a_station_without_need_is_no_success_and_no_gap():
    html = chain.draw_chain([make_station("P1", Reasons())], [])
    assert "kein Bedarf angenommen" in html
    assert "Kinder ohne Platz</p>" not in html


def test_a_hidden_bar_gives_nothing_away():
    html = chain.draw_chain([make_station("P1", Reasons(need=2, found=1, full=1), is_hidden=True)], [])
    assert "Geschützte Zahl" in html
    assert f"50{S}%" not in html
    assert 'class="reason-full" x="0"' not in html


def test_the_matrix_never_shows_a_false_zero():
    scheme = load_scheme()
    phase, field = scheme.phases[2], scheme.fields[3]
    cells = {
        "value": matrix.MatrixCell(phase, field, SPLIT, "/x/"),
        "none": matrix.MatrixCell(phase, field, Reasons()),
        "suppressed": matrix.MatrixCell(phase, field, Reasons(need=2, found=2), is_suppressed=True),
        "unknown": matrix.MatrixCell(phase, field, None),
    }
    assert {state: cell.state for state, cell in cells.items()} == {state: state for state in cells}
    assert [cells[state].text for state in ("value", "none", "suppressed", "unknown")] == [
        "50",
        "–",
        "·",
        "?",
    ]


def test_the_matrix_has_eight_rows_seven_columns_and_links_where_there_is_a_number():
    scheme = load_scheme()
    links = {("P3", "S2"): SPLIT, ("P1", "S1"): Reasons()}
    rows = matrix.build_rows(scheme, links, lambda phase, field: f"/luecke/{phase}/{field}/")
    html = matrix.draw_matrix(scheme, rows, "Kinder ohne Platz")
    assert html.count("<tr") == 9
    assert html.count('class="matrix__cell ') == 56
    assert "Familie, Frühe Kindheit: rund 50 Kinder ohne Platz" in text_of(html)
    assert 'href="/luecke/P3/S2/"' in html
    assert "/luecke/P1/S1/" not in html
    assert not has_inline_style_or_script(html)


@pytest.mark.parametrize(
    ("share", "tint"), [(0, 0), (0.049, 0), (0.05, 1), (0.2, 2), (0.3, 3), (0.5, 4), (1, 4)]
)
def test_tints(share, tint):
    assert matrix.choose_tint(share) == tint
    assert len(matrix.list_tints()) == 5


SQUARE = {
    "type": "Polygon",
    "coordinates": [[[8.8, 52.0], [8.9, 52.0], [8.9, 52.1], [8.8, 52.1], [8.8, 52.0]]],
}
EAST = {"type": "Polygon", "coordinates": [[[8.9, 52.0], [9.0, 52.0], [9.0, 52.1], [8.9, 52.1], [8.9, 52.0]]]}


def test_the_map_keeps_north_up_and_the_proportions_of_the_ground():
    project, height = maps.make_projection([point for ring in maps.list_rings(SQUARE) for point in ring])
    left, bottom = project(8.8, 52.0)
    right, top = project(8.9, 52.1)
    assert left < right
    assert top < bottom
    # A tenth of a degree is 11.1 km north-south and 6.84 km east-west at 52° N.
    assert (bottom - top) / (right - left) == pytest.approx(11.12 / 6.84, rel=0.01)
    assert height == pytest.approx(bottom - top + 2 * maps.MARGIN, abs=0.2)


def test_the_map_links_every_area_with_a_sentence_and_leaves_out_what_has_no_boundary():
    html = maps.draw_map(
        [
            maps.MapArea("1", "Lemgo", SQUARE, SPLIT, "/?gebiet=1"),
            maps.MapArea("2", "Lügde", EAST, None, "/?gebiet=2"),
            maps.MapArea("3", "Ohne Grenze", None, SPLIT),
        ]
    )
    assert f"Lemgo: 50{S}% ohne Platz (rund 50 Kinder)" in html
    assert "Lügde: keine Angaben" in html
    assert "Ohne Grenze" not in html
    assert html.count('<a class="map__link" href=') == 2
    assert not has_inline_style_or_script(html)
    assert maps.draw_map([]) == ""


def test_a_chosen_area_is_zoomed_to_and_shows_its_cells():
    areas = [maps.MapArea("1", "Lemgo", SQUARE, SPLIT, is_here=True), maps.MapArea("2", "Lügde", EAST, SPLIT)]
    html = maps.draw_map(areas, [maps.MapCell("Zelle 7", 52.05, 8.85, SPLIT.unmet_share)])
    assert html.count('class="map__outline"') == 1
    assert html.count("map__cell") == 1
    assert "Zelle 7: 50 % und mehr ohne Platz" in html, "a class, no number of children"


def test_a_zoomed_map_leaves_out_what_lies_outside_so_that_no_unseen_link_takes_the_focus():
    far = [[[lon + 3, lat] for lon, lat in ring] for ring in SQUARE["coordinates"]]
    html = maps.draw_map(
        [
            maps.MapArea("1", "Lemgo", SQUARE, SPLIT, "/?gebiet=1", is_here=True),
            maps.MapArea("2", "Lügde", EAST, SPLIT, "/?gebiet=2"),
            maps.MapArea("3", "Aachen", {"type": "Polygon", "coordinates": far}, SPLIT, "/?gebiet=3"),
        ]
    )
    assert "Lemgo" in html
    assert "Lügde" in html, "a neighbour reaches into the picture"
    assert "Aachen" not in html


def test_the_centroid_of_a_square_is_its_middle_and_a_line_has_one_too():
    assert maps.find_centroid(SQUARE["coordinates"][0]) == pytest.approx((8.85, 52.05))
    assert maps.find_centroid([[0, 0], [2, 0], [0, 0]]) == pytest.approx((2 / 3, 0))


def test_added_needs_add_up():
    assert add_reasons([SPLIT, WHOLE]) == Reasons(110, 60, 10, 20, 5, 10, 5)
    assert add_reasons([]) == Reasons()
