/** What happened: the audit log, the calls that gateways answered, and what gateways say of themselves. */
export const recordsUp = /* sql */ `
CREATE TABLE IF NOT EXISTS audit_log (
  id            bigint      GENERATED ALWAYS AS IDENTITY,
  at            timestamptz NOT NULL DEFAULT now(),
  -- No foreign key: the record outlives the user.
  user_id       uuid        NULL,
  username      text        NOT NULL,
  ip            text        NOT NULL DEFAULT '',
  request_id    text        NOT NULL DEFAULT '',
  action        text        NOT NULL,
  resource_type text        NOT NULL,
  resource_id   text        NULL,
  resource_name text        NULL,
  before        jsonb       NULL,
  after         jsonb       NULL,
  CONSTRAINT pk_audit_log PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS ix_audit_log_at ON audit_log (at);
CREATE INDEX IF NOT EXISTS ix_audit_log_resource ON audit_log (resource_type, resource_id, id);
CREATE INDEX IF NOT EXISTS ix_audit_log_user ON audit_log (user_id, id);
DROP TRIGGER IF EXISTS tr_audit_log_append_only ON audit_log;
CREATE TRIGGER tr_audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
DROP TRIGGER IF EXISTS tr_audit_log_no_truncate ON audit_log;
CREATE TRIGGER tr_audit_log_no_truncate BEFORE TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

-- One partition per day. Rows for which there is none yet go to the default partition and are moved when it is made.
CREATE TABLE IF NOT EXISTS access_records (
  id             uuid             NOT NULL,
  at             timestamptz      NOT NULL,
  gateway_id     text             NOT NULL,
  request_id     text             NOT NULL,
  method         text             NOT NULL,
  path           text             NOT NULL,
  status         integer          NOT NULL,
  code           text             NULL,
  duration_ms    double precision NOT NULL,
  rows           bigint           NULL,
  response_bytes bigint           NOT NULL,
  api_id         uuid             NULL,
  version        integer          NULL,
  client_id      text             NULL,
  ip             text             NOT NULL,
  user_agent     text             NULL,
  params         text             NULL,
  CONSTRAINT pk_access_records PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE IF NOT EXISTS access_records_default PARTITION OF access_records DEFAULT;
CREATE INDEX IF NOT EXISTS ix_access_records_at ON access_records (at);
CREATE INDEX IF NOT EXISTS ix_access_records_api ON access_records (api_id, at);
CREATE INDEX IF NOT EXISTS ix_access_records_client ON access_records (client_id, at);

-- A batch that arrives twice is stored once. Rows may go after a day.
CREATE TABLE IF NOT EXISTS access_record_batches (
  batch_id   uuid        NOT NULL,
  gateway_id text        NOT NULL,
  stored_at  timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pk_access_record_batches PRIMARY KEY (batch_id)
);
CREATE INDEX IF NOT EXISTS ix_access_record_batches_stored ON access_record_batches (stored_at);

-- Makes the partition of a UTC day and moves what the default partition holds of it. Safe to call again and from two
-- sessions at once. Returns true when it made one.
CREATE OR REPLACE FUNCTION ensure_access_records_partition(day date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  partition_name text := 'access_records_' || to_char(day, 'YYYYMMDD');
  starts timestamptz := day::timestamp AT TIME ZONE 'UTC';
  ends   timestamptz := (day + 1)::timestamp AT TIME ZONE 'UTC';
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('access_records partitions'));
  IF to_regclass(partition_name) IS NOT NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE %I (LIKE access_records INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition_name);
  -- No row of the day may slip into the default partition between the move and the attachment.
  LOCK TABLE access_records_default IN ACCESS EXCLUSIVE MODE;
  EXECUTE format(
    'WITH moved AS (DELETE FROM access_records_default WHERE at >= %L AND at < %L RETURNING *) INSERT INTO %I SELECT * FROM moved',
    starts, ends, partition_name);
  EXECUTE format('ALTER TABLE access_records ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition_name, starts, ends);
  RETURN true;
END $$;

-- Drops the partitions of the days before first_day and what the default partition holds of them. Returns the number dropped.
CREATE OR REPLACE FUNCTION drop_access_records_before(first_day date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  partition_name text;
  dropped integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('access_records partitions'));
  FOR partition_name IN
    SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
    WHERE inhparent = 'access_records'::regclass
      AND child.relname ~ '^access_records_[0-9]{8}$'
      AND child.relname < 'access_records_' || to_char(first_day, 'YYYYMMDD')
  LOOP
    EXECUTE format('DROP TABLE %I', partition_name);
    dropped := dropped + 1;
  END LOOP;
  DELETE FROM access_records_default WHERE at < first_day::timestamp AT TIME ZONE 'UTC';
  RETURN dropped;
END $$;

CREATE TABLE IF NOT EXISTS gateways (
  gateway_id             text        NOT NULL,
  started_at             timestamptz NOT NULL,
  version                text        NOT NULL,
  format                 integer     NOT NULL,
  epoch                  uuid        NULL,
  revision               bigint      NULL,
  source                 text        NULL,
  persisted              boolean     NOT NULL,
  error                  text        NULL,
  entry_errors           jsonb       NOT NULL DEFAULT '{}',
  url                    text        NULL,
  access_records_dropped bigint      NOT NULL DEFAULT 0,
  seen_at                timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pk_gateways PRIMARY KEY (gateway_id)
);
CREATE INDEX IF NOT EXISTS ix_gateways_seen ON gateways (seen_at);
`

export const recordsDown = /* sql */ `
DROP TABLE IF EXISTS gateways;
DROP FUNCTION IF EXISTS drop_access_records_before(date);
DROP FUNCTION IF EXISTS ensure_access_records_partition(date);
DROP TABLE IF EXISTS access_record_batches;
DROP TABLE IF EXISTS access_records;
DROP TABLE IF EXISTS audit_log;
`
