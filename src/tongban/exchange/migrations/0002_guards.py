"""Answers are added, not changed: the application has no right to."""

from django.db import migrations

GUARDS = """
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tongban_app') THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON exchange_answer FROM tongban_app;
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]
    operations = [migrations.RunSQL(GUARDS, migrations.RunSQL.noop)]
