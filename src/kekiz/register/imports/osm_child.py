"""The process that reads an extract of OpenStreetMap: standard input to JSON.

Called with the form (pbf or osm) and the keys to look for. Every object with such a key is given as its tags,
its own number and its position: of an area the middle of its corners.
Ends with a code other than 0 and one word on the error stream where it cannot: broken or size.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from .child_process import give_up, limit_this_process

MOST_OBJECTS = 50_000
LONGEST_VALUE = 2000


def main() -> int:
    """Limit this process, then read."""
    limit_this_process()
    import osmium  # noqa: PLC0415 - under the limits
    from osmium.io import FileBuffer  # noqa: PLC0415

    form, *keys = sys.argv[1:]
    content = sys.stdin.buffer.read()
    wanted = osmium.filter.KeyFilter(*keys)
    try:
        reader = osmium.FileProcessor(FileBuffer(content, form)).with_areas(wanted).with_filter(wanted)
        rows = []
        for entity in reader:
            position = find_position(entity)
            if position is None:
                continue
            rows.append(describe(entity, position))
            if len(rows) > MOST_OBJECTS:
                return give_up("size")
    except MemoryError:
        return give_up("size")
    except (RuntimeError, ValueError, OSError):
        return give_up("broken")
    json.dump(rows, sys.stdout, ensure_ascii=True)
    return 0


def find_position(entity: Any) -> tuple[float, float] | None:
    """Latitude and longitude of a node or an area; of a bare way or relation the area follows."""
    if entity.is_node():
        points = [entity.location] if entity.location.valid() else []
    elif entity.is_area():
        points = [node for ring in entity.outer_rings() for node in list(ring)[1:] if node.location.valid()]
    else:
        points = []
    if not points:
        return None
    return sum(one.lat for one in points) / len(points), sum(one.lon for one in points) / len(points)


def describe(entity: Any, position: tuple[float, float]) -> dict[str, Any]:
    """The tags of an object with its number, as the map's own pages name it: way/123."""
    tags = {tag.k: tag.v[:LONGEST_VALUE] for tag in entity.tags}
    if entity.is_node():
        number = f"node/{entity.id}"
    else:
        number = f"{'way' if entity.from_way() else 'relation'}/{entity.orig_id()}"
    return {"id": number, "lat": round(position[0], 7), "lon": round(position[1], 7), "tags": tags}


if __name__ == "__main__":
    sys.exit(main())
