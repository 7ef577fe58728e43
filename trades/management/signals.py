"""How a signal asks a command to end."""

from __future__ import annotations

import signal
from threading import Event, Thread


def stop_at_signals(stop: Event) -> None:
    """SIGTERM and SIGINT set the event.

    A thread of its own does: a handler runs in the main thread, which may just hold
    the lock that setting takes, and would wait for itself for ever.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: Thread(target=stop.set).start())
