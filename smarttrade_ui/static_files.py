"""How an installation keeps its static files: hashed in their names, and compressed."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Stored(CompressedManifestStaticFilesStorage):
    """A script that imports another one asks for it by its hash as well."""

    support_js_module_import_aggregation = True
