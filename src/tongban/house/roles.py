"""Who may do what in the database.

Invariants: the owner alone changes tables; the app reads and writes rows, and a room may take rights away from it in its own migrations (the
ledger does); the reader only reads; the connector reads departments' registers and nothing else. The rights are default privileges, set before
any table exists, so a new table has them from its first moment and a revocation is never undone by a later start.
"""

from __future__ import annotations

OWNER = "tongban_owner"
APP = "tongban_app"
READER = "tongban_reader"
CONNECTOR = "tongban_connector"

CREATE = "\n".join(
    f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;"
    for role in (APP, READER, CONNECTOR)
)
"""Makes the roles on a server that has none; run as a role that may create roles."""

RIGHTS = f"""
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {APP}, {READER};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {APP};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {READER};
CREATE SCHEMA IF NOT EXISTS registers;
GRANT USAGE ON SCHEMA registers TO {CONNECTOR};
ALTER DEFAULT PRIVILEGES IN SCHEMA registers GRANT SELECT ON TABLES TO {CONNECTOR};
"""
"""Rights of one database, empty as yet; run as its owner."""
