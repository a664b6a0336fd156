"""Rows of the record are added, not changed: triggers for every role, rights for the application's."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the record is not changed: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER ledger_leaf_stays BEFORE UPDATE OR DELETE ON ledger_leaf FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_tile_stays BEFORE UPDATE OR DELETE ON ledger_tile FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_checkpoint_stays BEFORE UPDATE OR DELETE ON ledger_checkpoint FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_pending_stays BEFORE UPDATE ON ledger_pending FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_entry_stays BEFORE DELETE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_entry_only_erased BEFORE UPDATE ON ledger_entry FOR EACH ROW
  WHEN (NOT (
    OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.id = OLD.id AND NEW.at = OLD.at AND NEW.commitment = OLD.commitment
    AND NEW.act = '' AND NEW.actor = '' AND NEW.department = '' AND NEW.purpose = '' AND NEW.body_hash IS NULL
  ))
  EXECUTE FUNCTION ledger_refuse();

ALTER TABLE ledger_pending SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tongban_app') THEN
    REVOKE ALL ON ledger_entry, ledger_leaf, ledger_tile, ledger_checkpoint, ledger_pending FROM tongban_app;
    GRANT SELECT, INSERT ON ledger_entry, ledger_leaf, ledger_tile, ledger_checkpoint, ledger_pending TO tongban_app;
    GRANT DELETE ON ledger_pending TO tongban_app;
    GRANT UPDATE (act, actor, case_id, department, purpose, payload, salt, key, body_hash, result, erased_at) ON ledger_entry TO tongban_app;
  END IF;
END $$;
"""

UNGUARDED = """
DROP FUNCTION ledger_refuse() CASCADE;
ALTER TABLE ledger_pending RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, autovacuum_vacuum_cost_delay);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(GUARDS, UNGUARDED)]
