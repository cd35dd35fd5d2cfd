/** What gateways hold: content-addressed bodies, which of them are current, and the signed manifests that name them. */
export const snapshotUp = /* sql */ `
-- One row. Locked FOR UPDATE by every change of the snapshot, so that revisions have no gaps and come in order of commits.
-- The epoch is the life of this database: it changes when the database is restored from a backup.
CREATE TABLE IF NOT EXISTS snapshot_head (
  only_row boolean NOT NULL DEFAULT true,
  epoch    uuid    NOT NULL DEFAULT gen_random_uuid(),
  revision bigint  NOT NULL DEFAULT 0,
  CONSTRAINT pk_snapshot_head PRIMARY KEY (only_row),
  CONSTRAINT ck_snapshot_head_one CHECK (only_row)
);
INSERT INTO snapshot_head DEFAULT VALUES ON CONFLICT DO NOTHING;

-- Entries and shards as text, named by their SHA-256.
CREATE TABLE IF NOT EXISTS snapshot_bodies (
  hash               text        NOT NULL,
  body               text        NOT NULL,
  created_at         timestamptz NOT NULL DEFAULT now(),
  -- The last revision that named it; NULL while the current one does.
  last_used_revision bigint      NULL,
  CONSTRAINT pk_snapshot_bodies PRIMARY KEY (hash),
  CONSTRAINT ck_snapshot_bodies_hash CHECK (hash ~ '^[0-9a-f]{64}$')
);
CREATE INDEX IF NOT EXISTS ix_snapshot_bodies_unused ON snapshot_bodies (last_used_revision) WHERE last_used_revision IS NOT NULL;

CREATE TABLE IF NOT EXISTS snapshot_entries (
  key   text     NOT NULL,
  kind  text     NOT NULL,
  shard smallint NOT NULL,
  hash  text     NOT NULL,
  -- Ids of other things that the entry names, so that it is found when one of them is removed.
  refs  uuid[]   NOT NULL DEFAULT '{}',
  CONSTRAINT pk_snapshot_entries PRIMARY KEY (key),
  CONSTRAINT fk_snapshot_entries_body FOREIGN KEY (hash) REFERENCES snapshot_bodies (hash)
);
CREATE INDEX IF NOT EXISTS ix_snapshot_entries_shard ON snapshot_entries (shard);
CREATE INDEX IF NOT EXISTS ix_snapshot_entries_hash ON snapshot_entries (hash);
CREATE INDEX IF NOT EXISTS ix_snapshot_entries_refs ON snapshot_entries USING gin (refs);

-- The last fifty manifests. added names the bodies that the revision before does not have.
CREATE TABLE IF NOT EXISTS snapshot_manifests (
  revision   bigint      NOT NULL,
  signed     text        NOT NULL,
  added      text[]      NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pk_snapshot_manifests PRIMARY KEY (revision)
);
`

export const snapshotDown = /* sql */ `
DROP TABLE IF EXISTS snapshot_manifests;
DROP TABLE IF EXISTS snapshot_entries;
DROP TABLE IF EXISTS snapshot_bodies;
DROP TABLE IF EXISTS snapshot_head;
`
