"""The analysed words of a published version, written as one text: ``"hebamm 3.214 lemgo 1.02"``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kekiz.register.models import OfferVersion, SearchEntry
from kekiz.register.search.analyser import ANALYSER_VERSION, weigh_terms


def build_entry(version: OfferVersion) -> SearchEntry:
    """An unsaved entry of a version that has been saved."""
    return SearchEntry(version=version, analyser=ANALYSER_VERSION, terms=write_terms(version.content))


def write_terms(content: Mapping[str, Any]) -> str:
    """The weighted terms of a content; terms hold no blanks."""
    return " ".join(f"{term} {weight:.3f}" for term, weight in weigh_terms(content).items())
