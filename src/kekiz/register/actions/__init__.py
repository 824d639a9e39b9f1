"""Every write on the register. Each checks its rule, validates, saves and logs in one transaction."""

from kekiz.register.actions.cooperations import record_cooperation, remove_cooperation
from kekiz.register.actions.duplicates import answer_pair, search_duplicates, train_weights
from kekiz.register.actions.freshness import (
    DeadLinkError,
    assure_offer,
    confirm_by_link,
    propose_by_link,
    report_gone_by_link,
)
from kekiz.register.actions.load import LoadedRegister, load_register
from kekiz.register.actions.merging import merge_offers, merge_providers, merge_sites, undo_merge
from kekiz.register.actions.offers import (
    change_offer,
    create_offer,
    end_offer,
    pause_offer,
    publish_offer,
    submit_for_review,
)
from kekiz.register.actions.providers import change_provider, create_provider, create_site
from kekiz.register.actions.reminders import SentReminders, send_reminders
from kekiz.register.actions.review import approve_offer, approve_offers, return_offer

__all__ = [
    "DeadLinkError",
    "LoadedRegister",
    "SentReminders",
    "answer_pair",
    "approve_offer",
    "approve_offers",
    "assure_offer",
    "change_offer",
    "change_provider",
    "confirm_by_link",
    "create_offer",
    "create_provider",
    "create_site",
    "end_offer",
    "load_register",
    "merge_offers",
    "merge_providers",
    "merge_sites",
    "pause_offer",
    "propose_by_link",
    "publish_offer",
    "record_cooperation",
    "remove_cooperation",
    "report_gone_by_link",
    "return_offer",
    "search_duplicates",
    "send_reminders",
    "submit_for_review",
    "train_weights",
    "undo_merge",
]
