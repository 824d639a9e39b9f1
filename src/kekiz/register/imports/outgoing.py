"""Requests to other servers: only to hosts that the installation names, with limits on time and size.

A host that is named by its address or as localhost is taken as meant. Every other host must resolve to a
public
address, and the connection goes to exactly the address that was checked: nobody can turn a name to a
machine inside.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
from collections.abc import Collection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from .refusals import RefusedList

TIMEOUT_SECONDS = 20
LARGEST_ANSWER_BYTES = 20 * 1024 * 1024
_AGENT = "kekiz (prevention chains; list import)"


class RefusedRequest(RefusedList):
    """The other server may not be asked, does not answer, or answers what cannot be used.

    ``status`` is that of its answer, 0 without one.
    """

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(reason)
        self.status = status


def fetch_json(
    url: str,
    *,
    hosts: Collection[str],
    parameters: dict[str, str] | None = None,
    timeout: float = TIMEOUT_SECONDS,
) -> Any:
    """The JSON a host answers with. ``hosts`` are the allowed ones as "name" or "name:port".

    Redirects are not followed. Raises RefusedRequest with a German sentence.
    """
    parts = urlsplit(url)
    host, port = _check_address(url, hosts)
    query = "&".join(part for part in (parts.query, urlencode(parameters or {})) if part)
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{query}" if query else "")
    connection = _connect(parts.scheme, host, port, _find_address(host, port), timeout)
    try:
        connection.request("GET", target, headers={"Accept": "application/json", "User-Agent": _AGENT})
        answer = connection.getresponse()
        if answer.status != 200:
            raise RefusedRequest(f"{host} antwortet mit dem Status {answer.status}.", answer.status)
        content = answer.read(LARGEST_ANSWER_BYTES + 1)
    except (OSError, http.client.HTTPException) as error:
        raise RefusedRequest(f"{host} antwortet nicht: {error or type(error).__name__}.") from error
    finally:
        connection.close()
    if len(content) > LARGEST_ANSWER_BYTES:
        raise RefusedRequest(
            f"Die Antwort von {host} ist größer als {LARGEST_ANSWER_BYTES // 1024 // 1024} MB."
        )
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RefusedRequest(f"Die Antwort von {host} ist kein JSON.") from error


def _check_address(url: str, hosts: Collection[str]) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise RefusedRequest(f"„{url[:100]}“ ist keine Webadresse.") from error
    if (
        parts.scheme not in {"http", "https"}
        or not host
        or parts.username
        or not url.isprintable()
        or " " in url
    ):
        raise RefusedRequest(f"„{url[:100]}“ ist keine Webadresse. Erwartet: https://… ohne Anmeldedaten.")
    allowed = {one.lower() for one in hosts}
    is_default = parts.port is None or parts.port in {80, 443}
    if f"{host}:{port}" not in allowed and not (host in allowed and is_default):
        raise RefusedRequest(
            f"Der Rechner {host} ist nicht freigegeben. Freigaben stehen in der Einstellung "
            f"KEKIZ_IMPORT_HOSTS."
        )
    return host, port


def _find_address(host: str, port: int) -> str:
    """The address to connect to; refused if a public name leads to a machine inside."""
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise RefusedRequest(f"Den Rechner {host} gibt es nicht.") from error
    is_meant = host == "localhost" or _is_literal(host)
    good = [one for one in found if is_meant or ipaddress.ip_address(one.partition("%")[0]).is_global]
    if not good:
        raise RefusedRequest(f"{host} führt zu einem Rechner im eigenen Netz; dorthin geht keine Anfrage.")
    return good[0]


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _connect(scheme: str, host: str, port: int, address: str, timeout: float) -> http.client.HTTPConnection:
    """A connection to the checked address that still presents the host's name."""
    try:
        raw = socket.create_connection((address, port), timeout=timeout)
        if scheme == "https":
            raw = ssl.create_default_context().wrap_socket(raw, server_hostname=host)
    except OSError as error:
        raise RefusedRequest(f"{host} ist nicht zu erreichen: {error}.") from error
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    connection.sock = raw
    return connection
