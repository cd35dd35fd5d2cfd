/** Who may call what: clients, groups, the links between them, and the keys that gateways check tokens with. */
export const callersUp = /* sql */ `
CREATE TABLE IF NOT EXISTS clients (
  id                    uuid        NOT NULL DEFAULT gen_random_uuid(),
  client_id             text        NOT NULL,
  name                  text        NOT NULL,
  description           text        NOT NULL DEFAULT '',
  -- Hex HMAC-SHA-256 of the secret, keyed with the pepper in keys.
  secret_hash           text        NOT NULL,
  -- Seconds since 1970: tokens issued before are not valid any more.
  tokens_valid_from     bigint      NOT NULL DEFAULT 0,
  token_expire_seconds  integer     NULL,
  rate_limit_per_minute integer     NULL,
  max_concurrent        integer     NULL,
  is_active             boolean     NOT NULL DEFAULT true,
  created_at            timestamptz NOT NULL DEFAULT now(),
  updated_at            timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pk_clients PRIMARY KEY (id),
  CONSTRAINT uq_clients_client_id UNIQUE (client_id)
);
CREATE UNIQUE INDEX IF NOT EXISTS uq_clients_name ON clients (lower(name));

-- "group" is a word of SQL, so the table says whose groups they are.
CREATE TABLE IF NOT EXISTS api_groups (
  id          uuid        NOT NULL DEFAULT gen_random_uuid(),
  name        text        NOT NULL,
  description text        NOT NULL DEFAULT '',
  is_active   boolean     NOT NULL DEFAULT true,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pk_api_groups PRIMARY KEY (id)
);
CREATE UNIQUE INDEX IF NOT EXISTS uq_api_groups_name ON api_groups (lower(name));

CREATE TABLE IF NOT EXISTS group_apis (
  group_id uuid NOT NULL,
  api_id   uuid NOT NULL,
  CONSTRAINT pk_group_apis PRIMARY KEY (group_id, api_id),
  CONSTRAINT fk_group_apis_group FOREIGN KEY (group_id) REFERENCES api_groups (id) ON DELETE CASCADE,
  CONSTRAINT fk_group_apis_api FOREIGN KEY (api_id) REFERENCES apis (id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS ix_group_apis_api ON group_apis (api_id);

CREATE TABLE IF NOT EXISTS group_clients (
  group_id  uuid NOT NULL,
  client_id uuid NOT NULL,
  CONSTRAINT pk_group_clients PRIMARY KEY (group_id, client_id),
  CONSTRAINT fk_group_clients_group FOREIGN KEY (group_id) REFERENCES api_groups (id) ON DELETE CASCADE,
  CONSTRAINT fk_group_clients_client FOREIGN KEY (client_id) REFERENCES clients (id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS ix_group_clients_client ON group_clients (client_id);

CREATE TABLE IF NOT EXISTS client_apis (
  client_id uuid NOT NULL,
  api_id    uuid NOT NULL,
  CONSTRAINT pk_client_apis PRIMARY KEY (client_id, api_id),
  CONSTRAINT fk_client_apis_client FOREIGN KEY (client_id) REFERENCES clients (id) ON DELETE CASCADE,
  CONSTRAINT fk_client_apis_api FOREIGN KEY (api_id) REFERENCES apis (id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS ix_client_apis_api ON client_apis (api_id);

CREATE TABLE IF NOT EXISTS keys (
  -- The kid of tokens.
  id            text        NOT NULL,
  purpose       text        NOT NULL,
  secret_sealed text        NOT NULL,
  secret_key_id text        NOT NULL,
  -- Seconds since 1970.
  not_before    bigint      NOT NULL,
  not_after     bigint      NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pk_keys PRIMARY KEY (id),
  CONSTRAINT ck_keys_id CHECK (id ~ '^[A-Za-z0-9_-]{1,64}$'),
  CONSTRAINT ck_keys_purpose CHECK (purpose IN ('client-token', 'client-secret-pepper'))
);
`

export const callersDown = /* sql */ `
DROP TABLE IF EXISTS keys;
DROP TABLE IF EXISTS client_apis;
DROP TABLE IF EXISTS group_clients;
DROP TABLE IF EXISTS group_apis;
DROP TABLE IF EXISTS api_groups;
DROP TABLE IF EXISTS clients;
`
