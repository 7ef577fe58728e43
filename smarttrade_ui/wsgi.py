"""The web application, for waitress and for any other WSGI server."""

import os

from django.core.management.base import BaseCommand
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smarttrade_ui.settings")
application = get_wsgi_application()
# Nothing is served by an installation that could lose or leak an order.
BaseCommand().check(databases=["default"])
