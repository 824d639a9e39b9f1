"""HTML and SVG as nested calls; every text is escaped once, at the moment it becomes markup."""

from __future__ import annotations

from html import escape


class Markup(str):
    """Text that is markup already and is not escaped again."""

    __slots__ = ()


def join(*children: str | None) -> Markup:
    """Put pieces together: markup as it is, other text escaped, None left out."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else escape(child) for child in children if child is not None
        )
    )


def tag(name: str, *children: str | None, **attributes: str | float | None) -> Markup:
    """An element. ``class_`` stands for class, ``_`` within a name for ``-``; None leaves one out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{written}>{join(*children)}</{name}>")


def table(
    caption: str, head: list[str], rows: list[list[str]], *, numeric_from: int = 1, rows_named: bool = True
) -> Markup:
    """A table that scrolls sideways on narrow screens; columns from ``numeric_from`` on hold numbers."""

    def style(column: int) -> str | None:
        return "number" if column >= numeric_from else None

    head_cells = [tag("th", text, scope="col", class_=style(column)) for column, text in enumerate(head)]
    body = []
    for row in rows:
        cells = [
            tag("th", text, scope="row")
            if column == 0 and rows_named
            else tag("td", text, class_=style(column))
            for column, text in enumerate(row)
        ]
        body.append(tag("tr", *cells))
    inner = tag("table", tag("caption", caption), tag("thead", tag("tr", *head_cells)), tag("tbody", *body))
    return tag("div", inner, class_="scroll", role="region", aria_label=caption, tabindex="0")
