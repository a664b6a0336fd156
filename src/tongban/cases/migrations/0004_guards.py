"""What happened to a case is added, not changed: a trigger for every role, rights for the application's."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION cases_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('tongban.erasing', true) = 'on'
     AND pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  RAISE EXCEPTION 'what happened is not changed: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER cases_event_stays BEFORE UPDATE OR DELETE ON cases_event FOR EACH ROW EXECUTE FUNCTION cases_refuse();

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tongban_app') THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON cases_event FROM tongban_app;
  END IF;
END $$;
"""

UNGUARDED = "DROP FUNCTION cases_refuse() CASCADE"


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_search")]
    operations = [migrations.RunSQL(GUARDS, UNGUARDED)]
