"""Norms and scheme from TOML: what is taken over, what supersedes what, and every fault in words."""

import re

import numpy as np
import pytest
from tests.engine.regions import SCHEME, SHIPPED, build_norm

from kekiz.engine.norms import DEFAULT_FOLDER, Norms, load_norms
from kekiz.engine.parameters import settle_norms
from kekiz.engine.problems import InputError
from kekiz.engine.scheme import DEFAULT_FILE, load_scheme

ENTRY = """
[[norm]]
key = "tries"
group = "other"
low = 1
mid = 2
high = 3
unit = "rounds"
valid_from = 2024-01-01
source = "assumption"
note = "nur für Tests"
"""


@pytest.fixture
def read_norms(tmp_path):
    """Write norms and read them."""

    def write_and_read(content: str) -> Norms:
        path = tmp_path / "eigene.toml"
        path.write_text(content, encoding="utf-8")
        return load_norms(path, scheme=SCHEME)

    return write_and_read


def test_a_norm_is_taken_over(read_norms):
    [norm] = read_norms(ENTRY).entries
    assert (norm.key, norm.group, norm.low, norm.mid, norm.high) == ("tries", "other", 1, 2, 3)
    assert norm.is_assumption
    assert norm.valid_from.isoformat() == "2024-01-01"


FAULTS = [
    ('key = "tries"', 'key = "versuche"', "Den Kennwert „versuche“ gibt es nicht. Möglich sind: need_share"),
    ('key = "tries"\n', "", "„key“ fehlt."),
    ("mid = 2\n", "", "„mid“ fehlt."),
    ('group = "other"', 'group = "reich"', "„group = reich“ ist unbekannt. Möglich sind: low_income, other."),
    ('group = "other"', 'gruppe = "other"', "Die Angabe „gruppe“ ist unbekannt."),
    ('unit = "rounds"', 'unit = "share"', "Die Einheit muss „rounds“ sein, nicht „share“."),
    ("2024-01-01", '"Januar"', "„valid_from“ muss ein Datum sein"),
    (
        'source = "assumption"',
        'source = " "',
        "Die Quelle fehlt; ohne Quelle steht hier das Wort",
    ),
    ("mid = 2", 'mid = "zwei"', "„low“, „mid“ und „high“ müssen Zahlen sein."),
    ("mid = 2", "mid = true", "„low“, „mid“ und „high“ müssen Zahlen sein."),
    ("low = 1", "low = 4", "Es muss gelten: low ≤ mid ≤ high."),
    ("low = 1", "low = -1", "Die Werte dürfen nicht negativ oder unendlich sein."),
    ("high = 3", "high = inf", "Die Werte dürfen nicht negativ oder unendlich sein."),
    ("mid = 2", "mid = nan", "Es muss gelten: low ≤ mid ≤ high."),
    ("mid = 2", "mid = 1.5", "Versuche sind ganze Zahlen."),
]


@pytest.mark.parametrize(("good", "bad", "message"), FAULTS, ids=[bad or good for good, bad, _ in FAULTS])
def test_a_faulty_norm_is_named(read_norms, good, bad, message):
    assert good in ENTRY
    with pytest.raises(InputError) as caught:
        read_norms(ENTRY + ENTRY.replace(good, bad))
    assert all("eigene.toml: Kennwert Nr. 2 (" in str(problem) for problem in caught.value.problems)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("key", "unit", "values", "message"),
    [
        ("car_share", "share", (0.1, 0.5, 1.5), "Ein Anteil liegt zwischen 0 und 1."),
        ("speed", "kmh", (0, 5, 6), "Der Wert muss größer als 0 sein."),
        ("detour", "factor", (0, 1, 2), "Der Wert muss größer als 0 sein."),
    ],
)
def test_values_out_of_range_are_named(read_norms, key, unit, values, message):
    entry = ENTRY.replace('"tries"', f'"{key}"').replace('"rounds"', f'"{unit}"')
    entry = re.sub(r"low = 1\nmid = 2\nhigh = 3", "low = {}\nmid = {}\nhigh = {}".format(*values), entry)
    with pytest.raises(InputError, match=re.escape(message)):
        read_norms(entry)


def test_all_faults_of_all_files_come_at_once(tmp_path):
    (tmp_path / "a.toml").write_text(ENTRY.replace("mid = 2", "mid = 9"), encoding="utf-8")
    (tmp_path / "b.toml").write_text("[[norm]]\nkey = ", encoding="utf-8")
    (tmp_path / "c.toml").write_text(ENTRY.replace('"other"', '"reich"'), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_norms(tmp_path, scheme=SCHEME)
    assert [problem.file for problem in caught.value.problems] == ["a.toml", "b.toml", "c.toml"]
    assert "Die Datei ist nicht lesbar" in str(caught.value)


def test_an_empty_folder_is_named(tmp_path):
    with pytest.raises(InputError, match="Der Ordner enthält keine Kennwert-Datei"):
        load_norms(tmp_path, scheme=SCHEME)


def test_a_region_sets_its_own_and_keeps_the_rest(read_norms):
    own = SHIPPED.superseded_by(read_norms(ENTRY.replace("mid = 2", "mid = 3")).entries)
    assert own.find("tries", group="other").mid == 3
    assert own.find("tries", group="low_income") == SHIPPED.find("tries", group="low_income")
    assert len(own.entries) == len(SHIPPED.entries)
    assert own.digest != SHIPPED.digest
    assert SHIPPED.superseded_by(SHIPPED.entries).digest == SHIPPED.digest


def test_the_norm_that_names_most_wins():
    norms = Norms(
        [
            build_norm("never_asks", 0.1),
            build_norm("never_asks", 0.2, group="other"),
            build_norm("never_asks", 0.3, group="other", field="K2"),
        ]
    )
    assert norms.find("never_asks", field="K2", group="other").mid == 0.3
    assert norms.find("never_asks", field="K1", group="other").mid == 0.2
    assert norms.find("never_asks", field="K2", group="low_income").mid == 0.1
    assert norms.find("tries") is None


def test_levels_settle_every_norm_at_its_end_or_middle():
    low, mid, high = (settle_norms(SHIPPED, SCHEME, level) for level in ("low", "mid", "high"))
    assert (low.need_share <= mid.need_share).all()
    assert (mid.need_share <= high.need_share).all()
    assert low.need_share.sum() < high.need_share.sum()
    chosen = settle_norms(SHIPPED, SCHEME, choose=lambda norm: norm.high)
    np.testing.assert_array_equal(chosen.need_share, high.need_share)


def test_missing_norms_are_all_named():
    lacking = Norms(norm for norm in SHIPPED.entries if norm.key not in ("car_share", "decay_at_limit"))
    with pytest.raises(InputError) as caught:
        settle_norms(lacking, SCHEME)
    assert [str(problem) for problem in caught.value.problems] == [
        "Kennwerte: „car_share“ fehlt für low_income.",
        "Kennwerte: „car_share“ fehlt für other.",
        "Kennwerte: „decay_at_limit“ fehlt für die Region.",
    ]


def test_a_mode_without_acceptable_minutes_is_not_usable_and_no_fault():
    walking = Norms(n for n in SHIPPED.entries if n.key != "acceptable_minutes" or n.mode == "foot")
    minutes = settle_norms(walking, SCHEME).acceptable_minutes
    assert np.isfinite(minutes[:, 0]).all()
    assert np.isnan(minutes[:, 1:]).all()


def test_the_shipped_files_are_read_without_a_path():
    assert load_norms(scheme=SCHEME).digest == load_norms(DEFAULT_FOLDER, scheme=SCHEME).digest


SHIPPED_SCHEME = DEFAULT_FILE.read_text(encoding="utf-8")
SCHEME_FAULTS = [
    ('code = "P2"', 'code = "P1"', "Lebensphase P1 kommt mehrfach vor."),
    ('code = "K2"', 'code = "K1"', "Bedarfsfeld K1 kommt mehrfach vor."),
    ('code = "low_income"', 'code = "other"', "Gruppe other kommt mehrfach vor."),
    ("age_from = 12\nage_to = 36", "age_from = 36\nage_to = 36", "P3: „age_from“ muss kleiner sein"),
    ('from = "P3"', 'from = "P9"', "Übergang T2: Die Lebensphase P9 gibt es nicht."),
    ("age_from = 12\n", "", "Eintrag unvollständig"),
    ("age_from = 12\n", "age_from = 12\nfarbe = 1\n", "Eintrag unvollständig"),
]


@pytest.mark.parametrize(("good", "bad", "message"), SCHEME_FAULTS)
def test_a_faulty_scheme_is_named(tmp_path, good, bad, message):
    assert good in SHIPPED_SCHEME
    path = tmp_path / "scheme.toml"
    path.write_text(SHIPPED_SCHEME.replace(good, bad), encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        load_scheme(path)
    assert {problem.file for problem in caught.value.problems} == {"scheme.toml"}


def test_a_scheme_that_is_no_toml_or_not_there_is_named(tmp_path):
    path = tmp_path / "scheme.toml"
    path.write_text("[[phase]\n", encoding="utf-8")
    for broken in (path, tmp_path / "nirgends.toml"):
        with pytest.raises(InputError, match="Die Datei ist nicht lesbar"):
            load_scheme(broken)


def test_the_shipped_scheme_is_the_chain_of_the_programme():
    assert len(SCHEME.phases) == 7
    assert len(SCHEME.fields) == 8
    assert len(SCHEME.transitions) == 5
    assert [phase.years for phase in SCHEME.phases] == [1, 1, 2, 3, 4, 6, 5]
    assert SCHEME.phase("P4").age_from == 36
    assert SCHEME.field("K2").dimension == "kulturell"
    with pytest.raises(KeyError):
        SCHEME.phase("P9")
