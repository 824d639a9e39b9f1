"""Every write on the register. Each checks its rule, validates, saves and logs in one transaction."""

from kekiz.register.actions.cooperations import record_cooperation, remove_cooperation
from kekiz.register.actions.load import LoadedRegister, load_register
from kekiz.register.actions.offers import (
    change_offer,
    create_offer,
    end_offer,
    pause_offer,
    publish_offer,
    submit_for_review,
)
from kekiz.register.actions.providers import change_provider, create_provider, create_site

__all__ = [
    "LoadedRegister",
    "change_offer",
    "change_provider",
    "create_offer",
    "create_provider",
    "create_site",
    "end_offer",
    "load_register",
    "pause_offer",
    "publish_offer",
    "record_cooperation",
    "remove_cooperation",
    "submit_for_review",
]
