/** What can be published: data sources, modules, APIs, macros and their versions. */
export const catalogueUp = /* sql */ `
-- Versions and the audit log are history: nobody rewrites them, not even by hand.
CREATE OR REPLACE FUNCTION refuse_rewriting_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% rows of % are history and cannot be changed', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TABLE IF NOT EXISTS datasources (
  id              uuid        NOT NULL DEFAULT gen_random_uuid(),
  name            text        NOT NULL,
  description     text        NOT NULL DEFAULT '',
  product_type    text        NOT NULL,
  host            text        NOT NULL,
  port            integer     NOT NULL,
  database        text        NOT NULL,
  username        text        NOT NULL,
  -- Encrypted with the key password_key_id of ENCRYPTION_KEY; both NULL when there is no password.
  password_sealed text        NULL,
  password_key_id text        NULL,
  ssl             jsonb       NOT NULL DEFAULT '{"mode":"disable"}',
  options         jsonb       NOT NULL DEFAULT '{}',
  is_active       boolean     NOT NULL DEFAULT true,
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pk_datasources PRIMARY KEY (id),
  CONSTRAINT ck_datasources_port CHECK (port BETWEEN 1 AND 65535),
  CONSTRAINT ck_datasources_password CHECK ((password_sealed IS NULL) = (password_key_id IS NULL))
);
CREATE UNIQUE INDEX IF NOT EXISTS uq_datasources_name ON datasources (lower(name));

CREATE TABLE IF NOT EXISTS modules (
  id          uuid        NOT NULL DEFAULT gen_random_uuid(),
  name        text        NOT NULL,
  description text        NOT NULL DEFAULT '',
  sort_order  integer     NOT NULL DEFAULT 0,
  is_active   boolean     NOT NULL DEFAULT true,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pk_modules PRIMARY KEY (id)
);
CREATE UNIQUE INDEX IF NOT EXISTS uq_modules_name ON modules (lower(name));

-- The draft of an API and its live settings. published_* describe what gateways serve; NULL while unpublished.
CREATE TABLE IF NOT EXISTS apis (
  id                    uuid        NOT NULL DEFAULT gen_random_uuid(),
  module_id             uuid        NOT NULL,
  datasource_id         uuid        NULL,
  name                  text        NOT NULL,
  description           text        NOT NULL DEFAULT '',
  sort_order            integer     NOT NULL DEFAULT 0,
  http_method           text        NOT NULL,
  path                  text        NOT NULL,
  -- The path without the names of its parameters: two paths with the same key would answer the same calls.
  route_key             text        GENERATED ALWAYS AS (regexp_replace(path, '\\{[^{}]*\\}', '{}', 'g')) STORED,
  execute_engine        text        NOT NULL DEFAULT 'SQL',
  content               text        NOT NULL DEFAULT '',
  params                jsonb       NOT NULL DEFAULT '[]',
  result_transform      text        NULL,
  extra_datasource_ids  uuid[]      NOT NULL DEFAULT '{}',
  access_type           text        NOT NULL DEFAULT 'private',
  rate_limit_per_minute integer     NULL,
  max_concurrent        integer     NULL,
  limit_mode            text        NOT NULL DEFAULT 'local',
  timeout_ms            integer     NULL,
  cache_ttl_seconds     integer     NULL,
  max_rows              integer     NULL,
  stream                boolean     NOT NULL DEFAULT false,
  cors_origins          text[]      NOT NULL DEFAULT '{}',
  ip_allow              text[]      NOT NULL DEFAULT '{}',
  ip_deny               text[]      NOT NULL DEFAULT '{}',
  script_limits         jsonb       NULL,
  is_active             boolean     NOT NULL DEFAULT true,
  -- Grows with every change of the draft, so that publishing notices a draft that changed under it.
  draft_revision        integer     NOT NULL DEFAULT 1,
  published_version_id    uuid        NULL,
  published_datasource_id uuid        NULL,
  published_method        text        NULL,
  published_path          text        NULL,
  published_route_key     text        GENERATED ALWAYS AS (regexp_replace(published_path, '\\{[^{}]*\\}', '{}', 'g')) STORED,
  published_at            timestamptz NULL,
  created_at            timestamptz NOT NULL DEFAULT now(),
  updated_at            timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pk_apis PRIMARY KEY (id),
  CONSTRAINT fk_apis_module FOREIGN KEY (module_id) REFERENCES modules (id) ON DELETE RESTRICT,
  CONSTRAINT fk_apis_datasource FOREIGN KEY (datasource_id) REFERENCES datasources (id) ON DELETE RESTRICT,
  CONSTRAINT fk_apis_published_datasource FOREIGN KEY (published_datasource_id) REFERENCES datasources (id) ON DELETE RESTRICT,
  CONSTRAINT uq_apis_draft_route UNIQUE (http_method, route_key),
  CONSTRAINT ck_apis_path CHECK (path <> '' AND path = btrim(path, '/')),
  CONSTRAINT ck_apis_method CHECK (http_method IN ('GET', 'POST', 'PUT', 'PATCH', 'DELETE')),
  CONSTRAINT ck_apis_access CHECK (access_type IN ('public', 'private')),
  CONSTRAINT ck_apis_limit_mode CHECK (limit_mode IN ('local', 'closed')),
  CONSTRAINT ck_apis_published CHECK (
    (published_version_id IS NULL) = (published_method IS NULL)
    AND (published_version_id IS NULL) = (published_path IS NULL)
    AND (published_version_id IS NULL) = (published_at IS NULL))
);
CREATE UNIQUE INDEX IF NOT EXISTS uq_apis_published_route
  ON apis (published_method, published_route_key) WHERE published_version_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS ix_apis_module ON apis (module_id);
CREATE INDEX IF NOT EXISTS ix_apis_datasource ON apis (datasource_id);
CREATE INDEX IF NOT EXISTS ix_apis_published_datasource ON apis (published_datasource_id);

-- What an API was at one commit. datasource_id has no foreign key: old versions must not keep a data source alive,
-- publishing one whose data source is gone is refused then.
CREATE TABLE IF NOT EXISTS api_versions (
  id               uuid        NOT NULL DEFAULT gen_random_uuid(),
  api_id           uuid        NOT NULL,
  version          integer     NOT NULL,
  commit_message   text        NOT NULL DEFAULT '',
  http_method      text        NOT NULL,
  path             text        NOT NULL,
  execute_engine   text        NOT NULL,
  datasource_id    uuid        NULL,
  content          text        NOT NULL,
  params           jsonb       NOT NULL,
  validators       jsonb       NOT NULL DEFAULT '[]',
  result_transform text        NULL,
  -- The macro versions that its text was compiled with: {"<macro id>": "<macro version id>"}.
  macro_versions   jsonb       NOT NULL DEFAULT '{}',
  created_at       timestamptz NOT NULL DEFAULT now(),
  created_by       uuid        NULL,
  created_by_name  text        NOT NULL DEFAULT '',
  CONSTRAINT pk_api_versions PRIMARY KEY (id),
  CONSTRAINT uq_api_versions_version UNIQUE (api_id, version),
  CONSTRAINT fk_api_versions_api FOREIGN KEY (api_id) REFERENCES apis (id) ON DELETE CASCADE
);
DROP TRIGGER IF EXISTS tr_api_versions_immutable ON api_versions;
CREATE TRIGGER tr_api_versions_immutable BEFORE UPDATE ON api_versions
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
ALTER TABLE apis DROP CONSTRAINT IF EXISTS fk_apis_published_version;
ALTER TABLE apis ADD CONSTRAINT fk_apis_published_version
  FOREIGN KEY (published_version_id) REFERENCES api_versions (id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE IF NOT EXISTS macros (
  id                   uuid        NOT NULL DEFAULT gen_random_uuid(),
  name                 text        NOT NULL,
  description          text        NOT NULL DEFAULT '',
  macro_type           text        NOT NULL DEFAULT 'SQL',
  -- NULL: usable by the APIs of every module.
  module_id            uuid        NULL,
  content              text        NOT NULL DEFAULT '',
  sort_order           integer     NOT NULL DEFAULT 0,
  draft_revision       integer     NOT NULL DEFAULT 1,
  published_version_id uuid        NULL,
  published_at         timestamptz NULL,
  created_at           timestamptz NOT NULL DEFAULT now(),
  updated_at           timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pk_macros PRIMARY KEY (id),
  CONSTRAINT fk_macros_module FOREIGN KEY (module_id) REFERENCES modules (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX IF NOT EXISTS uq_macros_name
  ON macros (macro_type, lower(name), coalesce(module_id, '00000000-0000-0000-0000-000000000000'));
CREATE INDEX IF NOT EXISTS ix_macros_module ON macros (module_id);

CREATE TABLE IF NOT EXISTS macro_versions (
  id              uuid        NOT NULL DEFAULT gen_random_uuid(),
  macro_id        uuid        NOT NULL,
  version         integer     NOT NULL,
  commit_message  text        NOT NULL DEFAULT '',
  content         text        NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  created_by      uuid        NULL,
  created_by_name text        NOT NULL DEFAULT '',
  CONSTRAINT pk_macro_versions PRIMARY KEY (id),
  CONSTRAINT uq_macro_versions_version UNIQUE (macro_id, version),
  CONSTRAINT fk_macro_versions_macro FOREIGN KEY (macro_id) REFERENCES macros (id) ON DELETE CASCADE
);
DROP TRIGGER IF EXISTS tr_macro_versions_immutable ON macro_versions;
CREATE TRIGGER tr_macro_versions_immutable BEFORE UPDATE ON macro_versions
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
ALTER TABLE macros DROP CONSTRAINT IF EXISTS fk_macros_published_version;
ALTER TABLE macros ADD CONSTRAINT fk_macros_published_version
  FOREIGN KEY (published_version_id) REFERENCES macro_versions (id) DEFERRABLE INITIALLY DEFERRED;
`

export const catalogueDown = /* sql */ `
ALTER TABLE IF EXISTS macros DROP CONSTRAINT IF EXISTS fk_macros_published_version;
ALTER TABLE IF EXISTS apis DROP CONSTRAINT IF EXISTS fk_apis_published_version;
DROP TABLE IF EXISTS macro_versions;
DROP TABLE IF EXISTS macros;
DROP TABLE IF EXISTS api_versions;
DROP TABLE IF EXISTS apis;
DROP TABLE IF EXISTS modules;
DROP TABLE IF EXISTS datasources;
DROP FUNCTION IF EXISTS refuse_rewriting_history();
`
