"""Have the database keep what was asked of an approver, and every stop and cap.

Of these a decision, or the end, is written down once; nothing else changes. As in
0020, a later migration that rebuilds one of these tables must make its triggers anew.
"""

from django.db import migrations

REFUSAL = "history is only ever added to"
FROZEN = {
    "approval": (
        *("draft_id", "version", "account_id", "body", "sha256", "token", "way"),
        *(
            "sentence",
            "ladder",
            "warnings",
            "quote",
            "value",
            "asked_by_id",
            "asked_at",
        ),
    ),
    "cap": (
        *("kind", "trader_id", "account_id", "currency", "amount", "set_by", "at"),
    ),
    "pause": ("by", "why", "at", "trader_id", "account_id", "connection_id"),
}
RAISES = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"


def refuse(apps, schema_editor):
    for name, columns in FROZEN.items():
        for statement in STATEMENTS[schema_editor.connection.vendor](name, columns):
            schema_editor.execute(statement, params=None)


def allow(apps, schema_editor):
    on = {"sqlite": "", "postgresql": " ON trades_{}"}[schema_editor.connection.vendor]
    for name in FROZEN:
        schema_editor.execute(f"DROP TRIGGER {name}_no_delete{on.format(name)}")
        schema_editor.execute(f"DROP TRIGGER {name}_frozen{on.format(name)}")


def _sqlite(name, columns):
    changes = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
    table = f"trades_{name}"
    yield f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {table} {RAISES}"
    yield (
        f"CREATE TRIGGER {name}_frozen BEFORE UPDATE ON {table} WHEN {changes} {RAISES}"
    )


def _postgresql(name, columns):
    old = ", ".join(f"OLD.{column}" for column in columns)
    new = ", ".join(f"NEW.{column}" for column in columns)
    refused = "FOR EACH ROW {}EXECUTE FUNCTION refuse_history_change()"
    changes = f"WHEN (ROW({old}) IS DISTINCT FROM ROW({new})) "
    table = f"trades_{name}"
    yield (
        f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {table} {refused.format('')}"
    )
    yield (
        f"CREATE TRIGGER {name}_frozen BEFORE UPDATE ON {table} "
        f"{refused.format(changes)}"
    )


STATEMENTS = {"sqlite": _sqlite, "postgresql": _postgresql}


class Migration(migrations.Migration):
    dependencies = [("trades", "0024_reviewers_may_cap_and_approve")]

    operations = [migrations.RunPython(refuse, allow)]
