"""Reading a GTFS feed: what its tables mean, and what is refused and how that is said."""

import datetime as dt
import zipfile

import pytest
from tests.travel.networks import SMALL_FEED, list_hops, write_feed

from kekiz.engine.problems import InputError
from kekiz.travel import gtfs
from kekiz.travel.gtfs import Feed
from kekiz.travel.service import explain_idle_day, read_services
from kekiz.travel.timetables import read_day
from kekiz.travel.walks import StraightWalking, build_transfers

TUESDAY = dt.date(2022, 6, 21)
SATURDAY = dt.date(2022, 6, 25)


def h(hours, minutes=0):
    return hours * 3600 + minutes * 60


def read_feed(path, day=TUESDAY, first=0, last=30 * 3600):
    with Feed(path) as feed:
        return read_day(feed, read_services(feed), day, first, last)


def read_faults(path, day=TUESDAY):
    with pytest.raises(InputError) as caught:
        read_feed(path, day)
    return str(caught.value)


def list_departures(service):
    return sorted(hop[2] for hop in list_hops(service.timetable))


def test_connections_of_a_weekday(tmp_path):
    service = read_feed(write_feed(tmp_path / "feed.zip", **SMALL_FEED))
    assert list_hops(service.timetable) == [(0, 1, h(8, 10), h(8, 20)), (0, 1, h(8, 30), h(8, 40))]
    assert list(service.stops.stop) == ["A", "B"]


def test_a_byte_order_mark_and_blanks_in_the_header_change_nothing(tmp_path):
    marked = {name: "\ufeff" + text.replace(",", ", ", 1) for name, text in SMALL_FEED.items()}
    marked["stops"] = "\ufeff" + SMALL_FEED["stops"]
    plain = read_feed(write_feed(tmp_path / "plain.zip", **SMALL_FEED))
    tables = {name: "\ufeff" + text for name, text in SMALL_FEED.items()}
    tables["stops"] = tables["stops"].replace("stop_id,stop_name", "stop_id , stop_name")
    assert list_hops(read_feed(write_feed(tmp_path / "bom.zip", **tables)).timetable) == list_hops(
        plain.timetable
    )


def test_exceptions_add_and_remove_days(tmp_path):
    exceptions = "service_id,date,exception_type\nwerktag,20220621,2\nwerktag,20220625,1\n"
    path = write_feed(tmp_path / "feed.zip", **SMALL_FEED, calendar_dates=exceptions)
    assert read_feed(path, TUESDAY).trips == 0
    assert read_feed(path, SATURDAY).trips == 2
    with Feed(path) as feed:
        services = read_services(feed)
    text = explain_idle_day(TUESDAY, services)
    assert text.startswith("Am Di 21.06.2022 fährt nach diesem Fahrplan nichts.")
    assert "zwischen dem Mo 13.06.2022 und dem Do 30.06.2022" in text
    assert "Mo 20.06.2022 (2 Fahrten), Mi 22.06.2022 (2 Fahrten)" in text
    assert services.choose_day() == dt.date(2022, 6, 14)


def test_a_calendar_of_exceptions_alone_is_enough(tmp_path):
    tables = {name: text for name, text in SMALL_FEED.items() if name != "calendar"}
    dates = "service_id,date,exception_type\nwerktag,20220621,1\n"
    assert read_feed(write_feed(tmp_path / "feed.zip", **tables, calendar_dates=dates)).trips == 2


def test_trips_after_midnight_run_on_the_next_day_too(tmp_path):
    """25:10 on Monday's service is 1:10 on Tuesday."""
    late = SMALL_FEED["stop_times"].replace("08:10", "25:10").replace("08:20", "25:20")
    path = write_feed(tmp_path / "feed.zip", **{**SMALL_FEED, "stop_times": late})
    assert list_departures(read_feed(path, last=h(24))) == [h(1, 10), h(8, 30)]
    assert list_departures(read_feed(path, last=h(26))) == [h(1, 10), h(8, 30), h(25, 10)]
    assert list_departures(read_feed(path, SATURDAY)) == [h(1, 10)]  # of Friday


def test_headways_become_trips(tmp_path):
    """Every 20 minutes from 9:00, before 10:00; the times of the pattern do not run themselves."""
    frequencies = "trip_id,start_time,end_time,headway_secs\nt1,09:00:00,10:00:00,1200\n"
    service = read_feed(write_feed(tmp_path / "feed.zip", **SMALL_FEED, frequencies=frequencies))
    assert list_departures(service) == [h(8, 30), h(9), h(9, 20), h(9, 40)]


def test_missing_times_are_spread_evenly(tmp_path):
    """Two calls without times between 8:10 and 8:25 lie at 8:15 and 8:20."""
    times = (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "t1,08:25:00,,B,40\nt1,,,A,10\nt1,08:10:00,08:10:00,B,5\nt1,,,B,20\n"
    )
    service = read_feed(write_feed(tmp_path / "feed.zip", **{**SMALL_FEED, "stop_times": times}))
    assert list_hops(service.timetable) == [
        (1, 0, h(8, 10), h(8, 15)),
        (0, 1, h(8, 15), h(8, 20)),
        (1, 1, h(8, 20), h(8, 25)),
    ]


def test_where_one_may_not_board_or_alight(tmp_path):
    times = (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type\n"
        "t1,08:10:00,08:10:00,A,1,1,0\nt1,08:20:00,08:20:00,B,2,,1\nt1,08:30:00,08:30:00,A,3,2,3\n"
    )
    service = read_feed(write_feed(tmp_path / "feed.zip", **{**SMALL_FEED, "stop_times": times}))
    assert service.timetable.may_board.tolist() == [False, True]
    assert service.timetable.may_alight.tolist() == [False, True]
    assert service.on_call == 1  # has to be ordered; counts as running, and is told


def test_transfers_of_the_feed_come_before_walks(tmp_path):
    """Two minutes to change anywhere; B to A takes 7 by rule, A to B is not possible, C to C waits."""
    stops = (
        SMALL_FEED["stops"]
        .replace("stop_lon\n", "stop_lon,parent_station\n")
        .replace("8.6755\n", "8.6755,S\n")
    )
    stops = stops.replace("8.6936\n", "8.6936,\n") + "S,Station,49.4036,8.6755,\nC,Chaussee,49.4037,8.6755,\n"
    times = SMALL_FEED["stop_times"] + "t2,08:50:00,08:50:00,C,3\n"
    rules = "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nB,S,2,420\nA,C,3,\nC,C,1,\nB,B,0,\n"
    path = write_feed(
        tmp_path / "feed.zip", **{**SMALL_FEED, "stops": stops, "stop_times": times}, transfers=rules
    )
    service = read_feed(path)
    ways = build_transfers(service.stops, service.rules, StraightWalking(60 / 4500 * 1.3), 10.0, 2.0)
    names = list(service.stops.stop)
    found = {
        (names[source], names[ways.target[at]]): ways.minutes[at]
        for source in range(len(names))
        for at in range(ways.start[source], ways.start[source + 1])
    }
    assert found == {("A", "A"): 2, ("B", "B"): 2, ("C", "C"): 0, ("B", "A"): 7, ("C", "A"): 2}


def test_a_feed_without_tables_names_all_that_is_missing(tmp_path):
    text = read_faults(write_feed(tmp_path / "feed.zip", stops=SMALL_FEED["stops"]))
    for name in ("trips.txt", "stop_times.txt", "calendar.txt oder calendar_dates.txt"):
        assert f"Die Tabelle {name} fehlt." in text


def test_a_folder_inside_the_zip_is_explained(tmp_path):
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w") as feed:
        for name, text in SMALL_FEED.items():
            feed.writestr(f"vrn/{name}.txt", text)
    assert "Bitte ohne den Ordner packen" in read_faults(path)


@pytest.mark.parametrize("content", [b"", b"kein Fahrplan", b"PK\x03\x04kaputt", bytes(2000)])
def test_what_is_no_zip_is_said_so(tmp_path, content):
    path = tmp_path / "feed.zip"
    path.write_bytes(content)
    assert "Das ist kein lesbares ZIP. Erwartet wird ein Fahrplan im Format GTFS" in read_faults(path)


def test_a_zip_bomb_is_not_unpacked(tmp_path, monkeypatch):
    """Rows without end from a few kilobytes; the limit is lowered so that the test makes no gigabytes."""
    monkeypatch.setattr(gtfs, "SUSPICIOUS_BYTES", 2**20)
    tables = {**SMALL_FEED, "stop_times": SMALL_FEED["stop_times"] + "fremd,,,A,1\n" * 2_000_000}
    path = write_feed(tmp_path / "feed.zip", **tables)
    assert path.stat().st_size < 100_000
    assert "unglaubwürdig groß" in read_faults(path)


def test_a_damaged_member_is_a_fault_and_no_traceback(tmp_path):
    path = write_feed(tmp_path / "feed.zip", **SMALL_FEED)
    content = bytearray(path.read_bytes())
    at = content.find(b"stop_times.txt") + 20
    content[at : at + 20] = bytes(20)
    path.write_bytes(bytes(content))
    with pytest.raises(InputError):
        read_feed(path)


def test_all_faults_of_the_stop_times_at_once(tmp_path):
    times = (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "t1,8 Uhr,08:10:00,A,1\nt1,08:20:00,08:20:00,Z,2\nt2,08:30:00,08:99:00,A,x\nfremd,nie,nie,Z,x\n"
    )
    text = read_faults(write_feed(tmp_path / "feed.zip", **{**SMALL_FEED, "stop_times": times}))
    assert "feed.zip/stop_times.txt, Zeile 2, Spalte „arrival_time“" in text
    assert "Zeile 3, Spalte „stop_id“: Diese Haltestelle steht nicht in stops.txt." in text
    assert "Zeile 4, Spalte „departure_time“" in text
    assert "Zeile 4, Spalte „stop_sequence“" in text
    assert "Zeile 5" not in text  # a trip of no day that is looked at


def test_trips_without_an_end_or_against_time_are_named(tmp_path):
    times = (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "t1,08:10:00,08:10:00,A,1\nt1,,,B,2\nt2,08:40:00,08:40:00,A,1\nt2,08:30:00,08:30:00,B,2\n"
    )
    text = read_faults(write_feed(tmp_path / "feed.zip", **{**SMALL_FEED, "stop_times": times}))
    assert "Die Fahrt „t1“ hat am Anfang oder Ende keine Zeit." in text


@pytest.mark.parametrize(
    ("table", "content", "said"),
    [
        ("stops", "stop_id,stop_lat,stop_lon\nA,,\nB,49.4,8.69\n", "Die Haltestelle „A“ hat keine Lage"),
        ("stops", "stop_id,stop_name\nA,x\n", "Die Spalte „stop_lat“ fehlt."),
        ("calendar", SMALL_FEED["calendar"].replace("20220613", "13.06.22"), "Tage wie 20220621"),
        (
            "frequencies",
            "trip_id,start_time,end_time,headway_secs\nt1,08:00:00,09:00:00,0\n",
            "Takt in Sekunden",
        ),
        ("calendar_dates", "service_id,date,exception_type\nx,20220621,7\n", "exception_type 1"),
        ("stops", "", "Die Spalte „stop_id“ fehlt."),
    ],
)
def test_other_faults_name_table_and_remedy(tmp_path, table, content, said):
    text = read_faults(write_feed(tmp_path / "feed.zip", **{**SMALL_FEED, table: content}))
    assert said in text
    assert f"feed.zip/{table}.txt" in text
