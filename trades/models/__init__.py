"""Memory: what is kept, and the one way in which a submission changes its state."""

from trades.models.connections import Account, Connection, usable_accounts
from trades.models.events import Event
from trades.models.submissions import Draft, Submission

__all__ = ["Account", "Connection", "Draft", "Event", "Submission", "usable_accounts"]
