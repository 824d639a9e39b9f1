"""Public statistics in their own forms: small files of the same form as the offices publish."""

import json

import numpy as np
import pytest

from kekiz.engine.forms import (
    LowIncome,
    read_boundaries,
    read_census_grid,
    read_low_income,
    read_nrw_schools,
)
from kekiz.engine.forms.census import share_of_phases
from kekiz.engine.positions import unproject
from kekiz.engine.problems import InputError
from kekiz.engine.scheme import load_scheme
from kekiz.engine.tables import Children

SCHEME = load_scheme()
POOR = LowIncome(0.2)
DETMOLD, LUEGDE = "05766020", "05766052"

GRID_2011 = """Gitter_ID_1km,x_mp_1km,y_mp_1km,Einwohner,unter18_A,AGS
1kmN3200E4270,4270500,3200500,1000,18.0,05766020
1kmN3200E4271,4271500,3200500,500,-9,05766020
1kmN3200E4272,4272500,3200500,-1,-1,05766020
1kmN3100E4100,4100500,3100500,900,20.0,05111000
"""
SHARES_2022 = """\ufeffGITTER_ID_1km;x_mp_1km;y_mp_1km;AnteilUnter18;werterlaeuternde_Zeichen
CRS3035RES1000mN3200000E4270000;4270500;3200500;18,5;
CRS3035RES1000mN3200000E4271000;4271500;3200500;–;
CRS3035RES1000mN3200000E4272000;4272500;3200500;.;KLAMMERN
CRS3035RES1000mN3200000E4290000;4290500;3200500;20,0;
CRS3035RES1000mN3600000E4590000;4590500;3600500;15,0;
"""
PEOPLE_2022 = """GITTER_ID_1km;x_mp_1km;y_mp_1km;Einwohner
CRS3035RES1000mN3200000E4270000;4270500;3200500;2000
CRS3035RES1000mN3200000E4271000;4271500;3200500;40
CRS3035RES1000mN3200000E4272000;4272500;3200500;100
CRS3035RES1000mN3200000E4290000;4290500;3200500;10
CRS3035RES1000mN3600000E4590000;4590500;3600500;99
"""
SCHOOLS = """Schulform,Schulnummer,Amtliche Bezeichnung 1,Ort,Anzahl,latitude,longitude,AGS
Grundschule,100,Nordschule,Detmold,200,51.94,8.88,05766020
Gymnasium,101,Gymnasium Lügde,Lügde,,51.957,9.246,05766052
Förderschule Grund-/Hauptschule,102,"Schule am See, Sek.I",Detmold,80,51.94,8.88,05766020
Grundschule,103,Domschule,Köln,300,50.94,6.96,05315000
"""


def write(folder, text, name="file.csv"):
    path = folder / name
    path.write_bytes(text.encode("utf-8"))
    return path


def square(ags, name, x, y, half=1500.0, hole=None):
    """A GeoJSON feature around a point in metres, with an optional square hole."""

    def ring(size):
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * size
        lat, lon = unproject(x + corners[:, 0], y + corners[:, 1])
        return np.stack([lon, lat], axis=1).tolist()

    rings = [ring(half)] + ([ring(hole)] if hole else [])
    geometry = {"type": "Polygon", "coordinates": rings}
    return {"type": "Feature", "properties": {"AGS": ags, "GEN": name}, "geometry": geometry}


def write_boundaries(folder, *features):
    return write(
        folder, json.dumps({"type": "FeatureCollection", "features": list(features)}), "area.geojson"
    )


def count(children: Children, *, cell=None, phase=None, group=None, ags=None):
    keep = np.ones(len(children.n), dtype=bool)
    if cell is not None:
        keep &= children.cell == cell
    if ags is not None:
        keep &= children.ags == ags
    if phase is not None:
        keep &= children.phase == SCHEME.phase_codes.index(phase)
    if group is not None:
        keep &= children.group == SCHEME.group_codes.index(group)
    return float(children.n[keep].sum())


def read_grid(path, **more):
    options = {"form": "census_grid_2011", "region_key": "05766", "low_income": POOR} | more
    return read_census_grid(path, SCHEME, **options)


def test_birth_years_are_equal_and_end_at_eighteen():
    shares = dict(zip(SCHEME.phase_codes, share_of_phases(SCHEME) * 18, strict=True))
    assert shares == pytest.approx({"P1": 1, "P2": 1, "P3": 2, "P4": 3, "P5": 4, "P6": 6, "P7": 2})


def test_grid_of_2011_gives_children_by_phase_and_group(tmp_path):
    children = read_grid(write(tmp_path, GRID_2011)).table
    assert count(children, cell="1kmN3200E4270") == pytest.approx(180 * 19 / 18)
    assert count(children, cell="1kmN3200E4270", phase="P5") == pytest.approx(40)
    assert count(children, cell="1kmN3200E4270", phase="P5", group="low_income") == pytest.approx(8)
    assert count(children, cell="1kmN3200E4272") == 0
    assert set(children.ags) == {DETMOLD}


def test_secret_shares_are_estimated_and_said(tmp_path):
    reading = read_grid(write(tmp_path, GRID_2011))
    assert count(reading.table, cell="1kmN3200E4271", phase="P2") == pytest.approx(500 * 0.18 / 18)
    assert any(
        "1 Zellen mit zusammen 500 Einwohnern" in note and "90 Kinder" in note for note in reading.notes
    )


def test_estimated_children_of_the_file_come_before_the_share(tmp_path):
    text = "x,y,Einwohner,unter18_A,u18_est,AGS\n4270500,3200500,1000,18.0,36,05766020\n"
    assert count(read_grid(write(tmp_path, text)).table, phase="P2") == pytest.approx(2)


def test_grid_of_2022_joins_people_and_shares_and_places_cells_by_boundary(tmp_path):
    boundaries = write_boundaries(
        tmp_path,
        square(DETMOLD, "Detmold", 4_271_500, 3_200_500),
        square(LUEGDE, "Lügde", 4_290_500, 3_200_500),
    )
    reading = read_grid(
        write(tmp_path, SHARES_2022),
        form="census_grid_2022",
        population=write(tmp_path, PEOPLE_2022, "people.csv"),
        boundaries=read_boundaries(boundaries),
    )
    children = reading.table
    assert set(children.ags) == {DETMOLD, LUEGDE}  # the cell far away is left out
    assert count(children, cell="CRS3035RES1000mN3200000E4270000", phase="P2") == pytest.approx(370 / 18)
    assert count(children, cell="CRS3035RES1000mN3200000E4271000") == 0  # "–" is zero, not unknown
    share = 370 / 2040  # "." is unknown: the mean of the municipality
    assert count(children, cell="CRS3035RES1000mN3200000E4272000", phase="P2") == pytest.approx(
        100 * share / 18
    )
    assert count(children, ags=LUEGDE, phase="P2") == pytest.approx(2 / 18)


def test_grid_of_2022_reads_counts_by_age_class(tmp_path):
    text = (
        "GITTER_ID_1km;x_mp_1km;y_mp_1km;Insgesamt_Bevoelkerung;Unter18;a18bis29;werterlaeuternde_Zeichen\n"
        "A;4270500;3200500;100;18;10;\n"
    )
    boundaries = read_boundaries(write_boundaries(tmp_path, square(DETMOLD, "Detmold", 4_270_500, 3_200_500)))
    reading = read_grid(write(tmp_path, text), form="census_grid_2022", boundaries=boundaries)
    assert count(reading.table, phase="P2") == pytest.approx(1)


def test_grid_without_municipalities_asks_for_boundaries(tmp_path):
    with pytest.raises(InputError, match="boundaries"):
        read_grid(write(tmp_path, SHARES_2022), form="census_grid_2022")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("18.0", "118.0", "Zeile 2, Spalte „unter18_A“"),
        ("18.0", "viel", "Zeile 2, Spalte „unter18_A“: „viel“ ist keine Zahl"),
        ("1000,18", "-5,18", "Zeile 2, Spalte „Einwohner“"),
        ("4270500", "42705", "Zeile 2, Spalte „x_mp_1km“"),
        ("1kmN3200E4271", "1kmN3200E4270", "Zeile 3, Spalte „Gitter_ID_1km“"),
        ("05766020", "5766020", "Zeile 2, Spalte „AGS“"),
        ("y_mp_1km", "why", "Zeile 1, Spalte „y_mp_1km oder y“: Die Spalte fehlt"),
        ("05766020", "05111000", "Keine Zelle liegt in der Region 05766"),
    ],
)
def test_faults_of_a_grid_name_row_and_column(tmp_path, old, new, message):
    with pytest.raises(InputError, match=message):
        read_grid(write(tmp_path, GRID_2011.replace(old, new)))


def test_low_income_by_municipality_with_one_for_the_rest(tmp_path):
    path = write(tmp_path, "ags;share\n05766020;0,3\n")
    shares = read_low_income(path, everywhere=0.1, source="Amt 2025, Tabelle 3")
    assert shares.share_of(np.array([DETMOLD, LUEGDE], dtype=object)).tolist() == [0.3, 0.1]
    assert "Amt 2025" in shares.describe()
    with pytest.raises(InputError, match="Zeile 2, Spalte „share“"):
        read_low_income(write(tmp_path, "ags,share\n05766020,30\n"), everywhere=0.1, source="x")


def test_assumed_low_income_calls_itself_an_assumption():
    assert "Annahme, nicht gemessen" in LowIncome(0.16).describe()


def test_a_hole_in_a_municipality_belongs_to_nobody(tmp_path):
    path = write_boundaries(tmp_path, square(DETMOLD, "Detmold", 4_271_500, 3_200_500, hole=300))
    boundaries = read_boundaries(path)
    x = np.array([4_271_500.0, 4_271_500.0, 4_275_000.0])
    y = np.array([3_200_500.0, 3_201_500.0, 3_200_500.0])
    assert boundaries.locate(x, y).tolist() == ["", DETMOLD, ""]


def test_schools_become_offers_with_pupils_as_places(tmp_path):
    reading = read_nrw_schools(write(tmp_path, SCHOOLS), SCHEME, region_key="05766")
    schools = reading.table
    assert schools.offer.tolist() == ["100", "101", "102"]
    assert schools.name[0] == "Nordschule (Detmold)"
    assert schools.name[1] == "Gymnasium Lügde"
    assert schools.places[[0, 2]].tolist() == [200, 80]
    assert np.isnan(schools.places[1])  # unknown is not zero
    assert schools.age_from.tolist() == [72, 120, 120]  # the special school serves the lower secondary level
    assert schools.age_to.tolist() == [120, 228, 192]
    assert set(schools.fields) == {1 << SCHEME.field_codes.index("K1")}
    assert any("keine Kapazität" in note for note in reading.notes)
    assert any("1 Schulen nennen keine Zahl" in note for note in reading.notes)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Gymnasium,101", "Kolleg,101", "Zeile 3, Spalte „Schulform“: Die Schulform „Kolleg“ ist unbekannt"),
        (",101,", ",100,", "Zeile 3, Spalte „Schulnummer“"),
        (",200,", ",-200,", "Zeile 2, Spalte „Anzahl“"),
        ("51.957,9.246", "9.246,51.957", "Zeile 3, Spalte „latitude“: .* wohl vertauscht"),
        ("Anzahl", "Schüler", "Spalte „Anzahl“: Die Spalte fehlt"),
    ],
)
def test_faults_of_a_school_list_name_row_and_column(tmp_path, old, new, message):
    with pytest.raises(InputError, match=message):
        read_nrw_schools(write(tmp_path, SCHOOLS.replace(old, new)), SCHEME, region_key="05766")


@pytest.mark.real
def test_boundaries_and_census_agree_on_the_municipality_of_nearly_every_cell(data_folder):
    lippe = data_folder / "lippe"
    told = read_grid(lippe / "zensus2011_1km_lippe.csv").table
    boundaries = read_boundaries(lippe / "lippe_gemeinden_vg250.geojson")
    located = boundaries.locate(told.x, told.y)
    assert (located == told.ags).mean() > 0.97  # the centre of a border cell may lie next door


@pytest.mark.real
def test_the_school_list_of_the_whole_state_is_understood_and_its_lost_schools_are_named(data_folder):
    path = data_folder / "nrw" / "nrw_schulen_2024-25_sozialindex_startchancen.csv"
    schools = read_nrw_schools(path, SCHEME, region_key="05774").table  # Kreis Paderborn
    assert len(schools.offer) == 105

    def find_faults(region_key):
        with pytest.raises(InputError) as caught:
            read_nrw_schools(path, SCHEME, region_key=region_key)
        return {(fault.row, fault.column) for fault in caught.value.problems}

    assert find_faults("05766") == {(5301, "latitude")}  # a vocational school in Lemgo has no position
    assert find_faults("05") == {(4515, "latitude"), (5164, "latitude"), (5301, "latitude")}  # one in Indiana


def test_faults_of_other_regions_do_not_hinder(tmp_path):
    schools = SCHOOLS.replace("50.94,6.96", ",").replace("Grundschule,103", "Kunstschule,103")
    reading = read_nrw_schools(write(tmp_path, schools), SCHEME, region_key="05766")
    assert len(reading.table.offer) == 3
