"""Logs: one JSON object a line on stderr, with the id of the request it is about.

What was posted, cookies and headers are never logged, nor are queries: a search may
hold a note. A line break stays inside its string.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from logging.config import dictConfig

import structlog
from django.db import Error as DatabaseError
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

# What every line has; those of a request get its id, user and address as well.
SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


class RequestLog(RequestMiddleware):
    """A line for each request: who, from where, what, and how it was answered."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        # A line about a database that is away must not need it.
        with suppress(DatabaseError):
            RequestMiddleware.bind_user_id(request)

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        # The server has settled by PROXY_HOPS what this is.
        structlog.contextvars.bind_contextvars(ip=request.META.get("REMOTE_ADDR"))


def configure(options: dict) -> None:
    """Send all logging there, our own and that of libraries, from ``level`` upwards."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    dictConfig(_handlers(options["level"]))


def _handlers(level: int) -> dict:
    # At DEBUG Django would tell of each template variable and each SQL parameter.
    of_django = max(level, logging.INFO)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": _json_lines}},
        "filters": {
            "once": {"()": lambda: _is_news},
            "no debug": {"()": "django.utils.log.RequireDebugFalse"},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                "filters": ["once"],
            },
            "mail_admins": {
                "class": "django.utils.log.AdminEmailHandler",
                "level": "ERROR",
                "filters": ["no debug"],
            },
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": ["mail_admins"], "level": of_django},
            "django.server": {"handlers": [], "propagate": True},
        },
    }


def _json_lines() -> structlog.stdlib.ProcessorFormatter:
    """Tracebacks are text, without the variables."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
    )


def _is_news(record: logging.LogRecord) -> bool:
    """Django tells of an answer from 400 on too, mostly after the request's own line.

    Only why it was refused is news.
    """
    of_request = record.name == "django.request"
    return not of_request or (record.status_code < 500 and bool(record.exc_info))
