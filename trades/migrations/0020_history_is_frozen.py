"""Have the database itself keep what was confirmed as it was, and every remark.

A later migration that has SQLite rebuild one of these tables takes its triggers away
and must make them anew; a test tells.
"""

from django.db import migrations

REFUSAL = "history is only ever added to"
CONFIRMED = (
    *("public_id", "draft_id", "retry_of_id", "trader_id", "account_id", "mode"),
    *("body", "sha256", "token", "ticked", "trade_type", "pair", "note", "side"),
    *("size", "quote", "value", "planned_loss", "planned_r", "is_overridden"),
    *("ladder", "rule_set", "app_version", "confirmed_at"),
)
CHANGES = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in CONFIRMED)
RAISES = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
SQLITE = [
    f"CREATE TRIGGER submission_no_delete BEFORE DELETE ON trades_submission {RAISES}",
    f"CREATE TRIGGER submission_frozen BEFORE UPDATE ON trades_submission "
    f"WHEN {CHANGES} {RAISES}",
    f"CREATE TRIGGER remark_no_update BEFORE UPDATE ON trades_remark {RAISES}",
    f"CREATE TRIGGER remark_no_delete BEFORE DELETE ON trades_remark {RAISES}",
]
OLD = ", ".join(f"OLD.{name}" for name in CONFIRMED)
NEW = ", ".join(f"NEW.{name}" for name in CONFIRMED)
POSTGRESQL = [
    "CREATE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23000'; END $$",
    "CREATE TRIGGER submission_no_delete BEFORE DELETE ON trades_submission "
    "FOR EACH ROW EXECUTE FUNCTION refuse_history_change()",
    "CREATE TRIGGER submission_frozen BEFORE UPDATE ON trades_submission "
    f"FOR EACH ROW WHEN (ROW({OLD}) IS DISTINCT FROM ROW({NEW})) "
    "EXECUTE FUNCTION refuse_history_change()",
    "CREATE TRIGGER submission_no_truncate BEFORE TRUNCATE ON trades_submission "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change()",
    "CREATE TRIGGER remark_no_change BEFORE UPDATE OR DELETE ON trades_remark "
    "FOR EACH ROW EXECUTE FUNCTION refuse_history_change()",
    "CREATE TRIGGER remark_no_truncate BEFORE TRUNCATE ON trades_remark "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change()",
]
WITHOUT = {
    "sqlite": [
        f"DROP TRIGGER {name}"
        for name in (
            *("submission_no_delete", "submission_frozen"),
            *("remark_no_update", "remark_no_delete"),
        )
    ],
    "postgresql": ["DROP FUNCTION refuse_history_change() CASCADE"],
}


def refuse(apps, schema_editor):
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def allow(apps, schema_editor):
    for statement in WITHOUT[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("trades", "0019_reviews_and_search_filled")]

    operations = [migrations.RunPython(refuse, allow)]
