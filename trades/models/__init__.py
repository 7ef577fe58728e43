"""Memory: what is kept, and the one way in which a submission changes its state."""

from trades.models.caps import Approval, Cap
from trades.models.connections import (
    Account,
    Connection,
    Fact,
    Grant,
    is_usable,
    usable_accounts,
    visible_accounts,
)
from trades.models.drafts import Draft, DraftVersion, Preset
from trades.models.events import ChainHead, Event
from trades.models.gates import Gate, Missing, Pause, not_paused
from trades.models.looks import Alarm, Look
from trades.models.reviews import DefaultView, HistoryView, Remark, Verdict
from trades.models.submissions import Submission

__all__ = [
    "Account",
    "Alarm",
    "Approval",
    "Cap",
    "ChainHead",
    "Connection",
    "DefaultView",
    "Draft",
    "DraftVersion",
    "Event",
    "Fact",
    "Gate",
    "Grant",
    "HistoryView",
    "Look",
    "Missing",
    "Pause",
    "Preset",
    "Remark",
    "Submission",
    "Verdict",
    "is_usable",
    "not_paused",
    "usable_accounts",
    "visible_accounts",
]
