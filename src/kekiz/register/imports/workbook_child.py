"""The process that reads one workbook: from the standard input, as JSON to the standard output.

Ends with a code other than 0 and one word on the error stream where it cannot: password, broken or size.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import sys

from .child_process import give_up, limit_this_process

MOST_CELLS = 6_000_000
MOST_SHEETS = 30


def main() -> int:
    """Limit this process, then read."""
    limit_this_process()
    import python_calamine as calamine  # noqa: PLC0415 - under the limits

    content = sys.stdin.buffer.read()
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = []
        count = 0
        for name in visible_names(workbook)[:MOST_SHEETS]:
            sheet = workbook.get_sheet_by_name(name)
            count += sheet.total_height * sheet.total_width
            if count > MOST_CELLS:
                return give_up("size")
            rows = sheet.to_python(skip_empty_area=False)
            sheets.append([name, [[write_cell(cell) for cell in row] for row in rows]])
    except calamine.PasswordError:
        return give_up("password")
    except MemoryError:
        return give_up("size")
    except (calamine.CalamineError, OSError, ValueError):
        return give_up("password" if is_encrypted(content) else "broken")
    json.dump(sheets, sys.stdout, ensure_ascii=True)
    return 0


def visible_names(workbook: object) -> list[str]:
    """Names of the sheets that people see."""
    return [
        one.name
        for one in workbook.sheets_metadata  # type: ignore[attr-defined]
        if str(one.visible).endswith("Visible") and str(one.typ).endswith("WorkSheet")
    ]


def is_encrypted(content: bytes) -> bool:
    """An encrypted xlsx is an old compound file that holds "EncryptedPackage"."""
    return "EncryptedPackage".encode("utf-16-le") in content


def write_cell(cell: object) -> object:
    """A cell as JSON; dates and times as {"kind": iso}, empty text as nothing."""
    if isinstance(cell, dt.datetime):
        return {"datetime": cell.isoformat()}
    if isinstance(cell, dt.date):
        return {"date": cell.isoformat()}
    if isinstance(cell, dt.time):
        return {"time": cell.isoformat()}
    if isinstance(cell, dt.timedelta):
        return {"time": (dt.datetime.min + cell % dt.timedelta(days=1)).time().isoformat()}
    if isinstance(cell, (bool, int, float)):
        return cell
    text = str(cell)
    return text if text.strip() else None


if __name__ == "__main__":
    sys.exit(main())
