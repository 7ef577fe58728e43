"""The order ticket as an HTML form: rows as inputs, steps as a formset."""

from trades.forms.ticket import TicketForm

__all__ = ["TicketForm"]
