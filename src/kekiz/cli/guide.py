"""`kekiz guide`: write the printed guide of municipalities as PDF files."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode, urlsplit

from kekiz.cli.exits import Exit, stop
from kekiz.cli.start import require_current_database, start_django


def run_guide(out: Path, wanted: list[str], site: str) -> None:
    """One PDF for each municipality that is wanted (name or AGS), for all without any."""
    start_django()
    require_current_database()
    from django.urls import reverse  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from kekiz.web.family.guide_content import collect_guide  # noqa: PLC0415
    from kekiz.web.family.guide_pdf import set_guide  # noqa: PLC0415

    address = _read_site(site)
    names = _read_municipalities()
    chosen = _choose(names, wanted)
    _make_folder(out)
    today = timezone.localdate()
    for key, name in chosen.items():
        url = f"{address}{reverse('finder:results')}?{urlencode({'ort': name})}"
        guide = collect_guide(key, name, today=today, page_url=url, area_names=names)
        target = out / f"wegweiser-{key}.pdf"
        content = set_guide(guide, today=today)
        target.write_bytes(content)
        print(f"{target}: {name}, {guide.count} Angebote, {len(content) // 1024} kB")


def _read_municipalities() -> dict[str, str]:
    from kekiz.evidence.models import Area  # noqa: PLC0415

    areas = Area.objects.filter(kind=Area.Kind.MUNICIPALITY).order_by("name")
    names = dict(areas.values_list("key", "name"))
    if not names:
        stop("In dieser Datenbank stehen keine Kommunen. Bitte zuerst eine Region einlesen (docs/cli.md).")
    return names


def _choose(names: dict[str, str], wanted: list[str]) -> dict[str, str]:
    """The municipalities that are meant, by AGS or by name without regard to case; all mistakes at once."""
    if not wanted:
        return names
    by_words = {name.casefold(): key for key, name in names.items()} | {key: key for key in names}
    unknown = [text for text in wanted if text.strip().casefold() not in by_words]
    if unknown:
        listed = ", ".join(f"„{text}“" for text in unknown)
        stop(f"--municipality: {listed} gibt es hier nicht. Bekannt sind: {', '.join(names.values())}.")
    keys = [by_words[text.strip().casefold()] for text in wanted]
    return {key: names[key] for key in dict.fromkeys(keys)}


def _read_site(site: str) -> str:
    """The address of the site without a slash at its end; from the settings if none is given."""
    from django.conf import settings  # noqa: PLC0415

    if not site:
        scheme = "http" if settings.IS_LOCAL else "https"
        return f"{scheme}://{settings.ALLOWED_HOSTS[0]}"
    parts = urlsplit(site)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        stop(f"--site: „{site}“ ist keine Adresse. Erwartet: etwa https://kekiz.example", Exit.USAGE)
    return site.rstrip("/")


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(f"--out: Der Ordner {out} lässt sich nicht anlegen ({error.strerror}).")
