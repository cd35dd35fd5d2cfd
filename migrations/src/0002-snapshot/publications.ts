/** What publishing found out, and who published what when. */
export const publicationsUp = /* sql */ `
-- The compiled template of the version that is published now. Made outside of any transaction, so that building an entry needs neither
-- the compiler nor the data source.
CREATE TABLE IF NOT EXISTS api_plans (
  api_id     uuid        NOT NULL,
  version_id uuid        NOT NULL,
  -- json, not jsonb: the text stays as it was written, so that the hash of the entry is stable.
  plan       json        NOT NULL,
  -- How much of it was prepared on the data source.
  shapes     integer     NOT NULL,
  proved     integer     NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pk_api_plans PRIMARY KEY (api_id),
  CONSTRAINT fk_api_plans_version FOREIGN KEY (version_id) REFERENCES api_versions (id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS ix_api_plans_version ON api_plans (version_id);

-- History of what was served: one row per publish, rollback and unpublish. version_id is NULL for unpublish.
CREATE TABLE IF NOT EXISTS api_publications (
  id         bigint      GENERATED ALWAYS AS IDENTITY,
  api_id     uuid        NOT NULL,
  action     text        NOT NULL,
  version_id uuid        NULL,
  at         timestamptz NOT NULL DEFAULT now(),
  user_id    uuid        NULL,
  username   text        NOT NULL DEFAULT '',
  CONSTRAINT pk_api_publications PRIMARY KEY (id),
  CONSTRAINT ck_api_publications_action CHECK (action IN ('publish', 'rollback', 'unpublish')),
  CONSTRAINT fk_api_publications_api FOREIGN KEY (api_id) REFERENCES apis (id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS ix_api_publications_api ON api_publications (api_id, id);
`

export const publicationsDown = /* sql */ `
DROP TABLE IF EXISTS api_publications;
DROP TABLE IF EXISTS api_plans;
`
