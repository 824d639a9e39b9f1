"""Pages of HSDS: numbers about the page beside its contents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from ninja import Query, Schema
from pydantic import Field

MOST_PER_PAGE = 200
LAST_PAGE = 1_000_000


class Paging(Schema):
    """Which page, and how many entries on it."""

    page: Annotated[int, Field(1, ge=1, le=LAST_PAGE, description="Number of the page, from 1")]
    per_page: Annotated[int, Field(50, ge=1, le=MOST_PER_PAGE, description="Entries on a page")]


PagingQuery = Annotated[Paging, Query(...)]


class Page(Schema):
    """A page of HSDS."""

    total_items: int
    total_pages: int
    page_number: int
    size: int
    first_page: bool
    last_page: bool
    empty: bool
    contents: list[dict[str, Any]]


def make_page(
    names: Sequence[str], paging: Paging, write: Callable[[Sequence[str]], list[dict[str, Any]]]
) -> dict[str, Any]:
    """The asked page; one after the last is empty."""
    pages = max(-(-len(names) // paging.per_page), 1)
    start = (paging.page - 1) * paging.per_page
    contents = write(names[start : start + paging.per_page])
    return {
        "total_items": len(names),
        "total_pages": pages,
        "page_number": paging.page,
        "size": len(contents),
        "first_page": paging.page == 1,
        "last_page": paging.page >= pages,
        "empty": not contents,
        "contents": contents,
    }
