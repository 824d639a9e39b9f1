"""Open a GTFS feed (a zip of tables) from anywhere: every table as text columns, nothing unpacked to disk."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO

import pyarrow as pa
import pyarrow.csv as pa_csv

from kekiz.engine.problems import InputError, Problem

BOM = b"\xef\xbb\xbf"
MAX_TABLE_BYTES = 6 * 2**30  # Germany's stop_times take about 2 GiB
MAX_MEMBERS = 500
SUSPICIOUS_BYTES, SUSPICIOUS_RATIO = 64 * 2**20, 250  # a timetable packs 10 to 50 times
HEADER_BYTES = 65_536
BLOCK_BYTES = 8 * 2**20
REQUIRED = {
    "stops.txt": ("stop_id", "stop_lat", "stop_lon"),
    "trips.txt": ("trip_id", "service_id"),
    "stop_times.txt": ("trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time"),
}
CALENDARS = ("calendar.txt", "calendar_dates.txt")


class Feed:
    """An open feed; use it in a ``with`` block. Raises InputError naming all missing tables at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_file():
            raise InputError([Problem(path.name, f"Die Datei wurde nicht gefunden: {path}")])
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
            text = "Das ist kein lesbares ZIP. Erwartet wird ein Fahrplan im Format GTFS als *.zip."
            raise InputError([Problem(path.name, text)]) from error
        problems = self._find_faults()
        if problems:
            self._zip.close()
            raise InputError(problems)

    def __enter__(self) -> Feed:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def has(self, name: str) -> bool:
        """The feed holds this table."""
        return name in self._zip.NameToInfo

    def _find_faults(self) -> list[Problem]:
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            return [self._fault(f"Das ZIP enthält {len(members)} Dateien. Ein Fahrplan hat höchstens 50.")]
        texts = [
            f"{member.filename} ist verschlüsselt. Bitte ohne Kennwort packen."
            for member in members
            if member.flag_bits & 1
        ]
        texts += [
            f"{member.filename} wird ausgepackt zu groß ({member.file_size / 2**30:.1f} GiB)."
            for member in members
            if member.file_size > MAX_TABLE_BYTES
        ]
        missing = [name for name in REQUIRED if not self.has(name)]
        if not any(self.has(name) for name in CALENDARS):
            missing.append("calendar.txt oder calendar_dates.txt")
        texts += [f"Die Tabelle {name} fehlt." for name in missing]
        if missing and any(member.filename.endswith("/stop_times.txt") for member in members):
            texts.append("Die Tabellen liegen in einem Unterordner. Bitte ohne den Ordner packen.")
        elif missing:
            texts.append("Ein Fahrplan im Format GTFS enthält stops, trips, stop_times und einen Kalender.")
        return [self._fault(text) for text in texts]

    def _fault(
        self, text: str, table: str = "", row: int | None = None, column: str | None = None
    ) -> Problem:
        return Problem(f"{self.path.name}/{table}" if table else self.path.name, text, row, column)

    def fail(self, table: str, text: str, row: int | None = None, column: str | None = None) -> InputError:
        """One fault in a table of the feed."""
        return InputError([self._fault(text, table, row, column)])

    def read(self, table: str, columns: tuple[str, ...]) -> pa.Table:
        """Named columns of a table as text, empty where the feed has no such column."""
        batches = list(self.stream(table, columns))
        schema = pa.schema([(name, pa.string()) for name in columns])
        return pa.Table.from_batches(batches, schema=schema)

    def stream(self, table: str, columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        """The same, a block at a time: tables of a state do not fit into memory as text."""
        required = REQUIRED.get(table, ())
        try:
            with self._zip.open(table) as raw:
                yield from self._stream(_Counted(raw, self._zip.getinfo(table)), table, columns, required)
        except (pa.ArrowInvalid, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise self.fail(table, f"Die Tabelle ist nicht als CSV in UTF-8 lesbar ({error}).") from error
        except _TooLarge as error:
            text = (
                "Die Tabelle wird beim Auspacken unglaubwürdig groß. Sie wurde nicht gelesen; bitte den "
                "Fahrplan neu herunterladen."
            )
            raise self.fail(table, text) from error

    def _stream(
        self, raw: _Counted, table: str, columns: tuple[str, ...], required: tuple[str, ...]
    ) -> Iterator[pa.RecordBatch]:
        header = raw.readline(HEADER_BYTES).removeprefix(BOM)
        try:
            names = [name.strip() for name in next(csv.reader([header.decode("utf-8")]), [])]
        except (UnicodeDecodeError, csv.Error) as error:
            raise self.fail(table, "Die Kopfzeile ist nicht in UTF-8 lesbar.", 1) from error
        faults = [f"Die Spalte „{name}“ fehlt." for name in required if name not in names]
        faults += [f"Die Spalte „{name}“ steht mehrfach." for name in columns if names.count(name) > 1]
        if faults:
            raise InputError([self._fault(text, table, 1) for text in faults])
        if not raw.has_more():
            return
        wanted = [name for name in columns if name in names]
        unnamed = [name if name in wanted else f"#{at}" for at, name in enumerate(names)]
        reader = pa_csv.open_csv(
            raw,
            read_options=pa_csv.ReadOptions(column_names=unnamed, block_size=BLOCK_BYTES, use_threads=False),
            parse_options=pa_csv.ParseOptions(newlines_in_values=False),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(wanted, pa.string()),
                include_columns=wanted,
                strings_can_be_null=False,
            ),
        )
        for batch in reader:
            empty = pa.array([""] * batch.num_rows)
            yield pa.record_batch({name: batch.column(name) if name in wanted else empty for name in columns})


class _TooLarge(Exception):
    """More came out of the zip than any timetable holds."""


class _Counted(io.RawIOBase):
    """A member of the zip that stops when it swells beyond belief; the size in its header may lie."""

    def __init__(self, raw: IO[bytes], member: zipfile.ZipInfo) -> None:
        self._raw, self._packed, self._read = raw, max(member.compress_size, 1), 0
        self._ahead = b""

    def readable(self) -> bool:
        return True

    def has_more(self) -> bool:
        """Something is left to read."""
        if not self._ahead:
            self._ahead = self.read(1)
        return bool(self._ahead)

    def readline(self, size: int | None = -1, /) -> bytes:
        """One line; counted like everything."""
        return self._count(self._raw.readline(size if size is not None else -1))

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes, never more than a block."""
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            return ahead
        wanted = BLOCK_BYTES if size is None or size < 0 else min(size, BLOCK_BYTES)
        return self._count(self._raw.read(wanted))

    def _count(self, part: bytes) -> bytes:
        self._read += len(part)
        is_bomb = self._read > SUSPICIOUS_BYTES and self._read / self._packed > SUSPICIOUS_RATIO
        if is_bomb or self._read > MAX_TABLE_BYTES:
            raise _TooLarge
        return part
