"""Index the searched text by its groups of three letters, each database in its way.

SQLite: a full-text table that reads its text from the submissions. PostgreSQL: an
index by pg_trgm, an extension that comes with the server and that the database's
owner may create.
"""

from django.db import migrations

SQLITE = [
    "CREATE VIRTUAL TABLE trades_search USING fts5(words, content='trades_submission', "
    "content_rowid='id', tokenize='trigram case_sensitive 1')",
    "INSERT INTO trades_search(trades_search) VALUES ('rebuild')",
    "CREATE TRIGGER search_insert AFTER INSERT ON trades_submission BEGIN "
    "INSERT INTO trades_search(rowid, words) VALUES (NEW.id, NEW.words); END",
    "CREATE TRIGGER search_update AFTER UPDATE OF words ON trades_submission "
    "WHEN OLD.words IS NOT NEW.words BEGIN "
    "INSERT INTO trades_search(trades_search, rowid, words) "
    "VALUES ('delete', OLD.id, OLD.words); "
    "INSERT INTO trades_search(rowid, words) VALUES (NEW.id, NEW.words); END",
]
POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX submission_by_words ON trades_submission "
    "USING gin (words gin_trgm_ops)",
]
WITHOUT = {
    "sqlite": [
        "DROP TRIGGER search_insert",
        "DROP TRIGGER search_update",
        "DROP TABLE trades_search",
    ],
    "postgresql": ["DROP INDEX submission_by_words"],
}


def index(apps, schema_editor):
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def forget(apps, schema_editor):
    for statement in WITHOUT[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("trades", "0020_history_is_frozen")]

    operations = [migrations.RunPython(index, forget)]
