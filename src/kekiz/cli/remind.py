"""`kekiz remind`: remind providers of offers that are due; for a timer."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from kekiz.cli.exits import Exit, stop
from kekiz.cli.start import require_current_database, start_django


def run_remind(dry_run: bool, as_json: bool) -> None:
    """Send what is due now, or only say what would be sent. No address is ever printed."""
    start_django()
    require_current_database()
    from django.utils import timezone  # noqa: PLC0415

    from kekiz.register.freshness_queries import count_unsure_mails, plan_reminders  # noqa: PLC0415

    now = timezone.now()
    if dry_run:
        plan = plan_reminders(now)
        planned = {
            "mails": [_describe(mail) for mail in plan.mails],
            "without_contact": list(plan.without_contact),
        }
        _say(planned, as_json, _describe_plan)
        return
    sent = _send(now)
    _say(asdict(sent) | {"unsure_in_all": count_unsure_mails()}, as_json, _describe_sent)
    if sent.refused or sent.unsure:
        raise SystemExit(int(Exit.INPUT_FAULTS))


def _send(now: Any) -> Any:
    from kekiz.accounts.actors import SYSTEM  # noqa: PLC0415
    from kekiz.accounts.errors import InvalidInput  # noqa: PLC0415
    from kekiz.register.actions import send_reminders  # noqa: PLC0415

    try:
        return send_reminders(actor=SYSTEM, at=now, write_link=write_link)
    except InvalidInput as error:
        stop(str(error))


def write_link(token: str) -> str:
    """The address behind which a provider answers."""
    from django.conf import settings  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    return f"{settings.KEKIZ_SITE_URL}{reverse('assure:link', args=[token])}"


def _describe(mail: Any) -> dict[str, Any]:
    return {
        "provider": mail.provider_key,
        "name": mail.provider_name,
        "offers": [
            {"offer": item.offer_key, "due_on": item.due_on.isoformat(), "reminder": item.number}
            for item in mail.items
        ],
    }


def _say(answer: dict[str, Any], as_json: bool, write: Any) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=2) if as_json else write(answer))


def _describe_plan(plan: dict[str, Any]) -> str:
    offers = sum(len(mail["offers"]) for mail in plan["mails"])
    lines = [f"{_count_mails(len(plan['mails']), offers)} wären fällig. Verschickt wurde nichts."]
    for mail in plan["mails"]:
        lines.append(f"  {mail['name']}: {', '.join(one['offer'] for one in mail['offers'])}")
    return "\n".join([*lines, *_describe_missing(len(plan["without_contact"]))])


def _describe_sent(sent: dict[str, Any]) -> str:
    lines = [f"Verschickt: {_count_mails(sent['mails'], sent['offers'])}."]
    if sent["elsewhere"]:
        lines.append(f"Übersprungen: {sent['elsewhere']}, weil ein anderer Lauf sie gerade verschickt.")
    if sent["refused"]:
        lines.append(
            f"Vom Mailserver abgelehnt: {sent['refused']}. Sie gehen beim nächsten Lauf noch einmal hinaus."
        )
    if sent["unsure_in_all"]:
        lines.append(
            f"Abgebrochen: {sent['unsure_in_all']}. Ob sie ankamen, weiß niemand; sie werden nicht "
            "wiederholt. Die zweite Erinnerung folgt wie sonst auch."
        )
    return "\n".join([*lines, *_describe_missing(sent["without_contact"])])


def _describe_missing(count: int) -> list[str]:
    if not count:
        return []
    return [f"Fällig, aber ohne E-Mail-Adresse: {count}. Siehe „Aktualität“ im Cockpit."]


def _count_mails(mails: int, offers: int) -> str:
    return f"{mails} {'E-Mail' if mails == 1 else 'E-Mails'} zu {_count_offers(offers)}"


def _count_offers(number: int) -> str:
    return f"{number} {'Angebot' if number == 1 else 'Angeboten'}"
