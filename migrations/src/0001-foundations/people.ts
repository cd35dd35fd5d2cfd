/** Who may sign in, what they may do, and the sessions they hold. */
export const peopleUp = /* sql */ `
CREATE TABLE IF NOT EXISTS users (
  id            uuid        NOT NULL DEFAULT gen_random_uuid(),
  username      text        NOT NULL,
  email         text        NULL,
  full_name     text        NULL,
  password_hash text        NOT NULL,
  is_active     boolean     NOT NULL DEFAULT true,
  is_superuser  boolean     NOT NULL DEFAULT false,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pk_users PRIMARY KEY (id),
  CONSTRAINT ck_users_username CHECK (username <> '' AND length(username) <= 255)
);
-- Login takes either of the two in any case, so neither may be somebody else's in another case.
CREATE UNIQUE INDEX IF NOT EXISTS uq_users_username ON users (lower(username));
CREATE UNIQUE INDEX IF NOT EXISTS uq_users_email ON users (lower(email)) WHERE email IS NOT NULL;

CREATE TABLE IF NOT EXISTS roles (
  id          uuid        NOT NULL DEFAULT gen_random_uuid(),
  name        text        NOT NULL,
  description text        NOT NULL DEFAULT '',
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pk_roles PRIMARY KEY (id),
  CONSTRAINT ck_roles_name CHECK (btrim(name) <> '')
);
CREATE UNIQUE INDEX IF NOT EXISTS uq_roles_name ON roles (lower(name));

-- resource_id NULL means every object of the type.
CREATE TABLE IF NOT EXISTS role_permissions (
  id            uuid NOT NULL DEFAULT gen_random_uuid(),
  role_id       uuid NOT NULL,
  resource_type text NOT NULL,
  action        text NOT NULL,
  resource_id   uuid NULL,
  CONSTRAINT pk_role_permissions PRIMARY KEY (id),
  CONSTRAINT fk_role_permissions_role FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX IF NOT EXISTS uq_role_permissions
  ON role_permissions (role_id, resource_type, action, coalesce(resource_id, '00000000-0000-0000-0000-000000000000'));

CREATE TABLE IF NOT EXISTS user_roles (
  user_id uuid NOT NULL,
  role_id uuid NOT NULL,
  CONSTRAINT pk_user_roles PRIMARY KEY (user_id, role_id),
  CONSTRAINT fk_user_roles_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT fk_user_roles_role FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS ix_user_roles_role ON user_roles (role_id);

-- One row per refresh token; the tokens that follow each other since one login share family_id.
CREATE TABLE IF NOT EXISTS refresh_tokens (
  id         uuid        NOT NULL DEFAULT gen_random_uuid(),
  family_id  uuid        NOT NULL,
  user_id    uuid        NOT NULL,
  token_hash text        NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at    timestamptz NULL,
  revoked_at timestamptz NULL,
  CONSTRAINT pk_refresh_tokens PRIMARY KEY (id),
  CONSTRAINT uq_refresh_tokens_hash UNIQUE (token_hash),
  CONSTRAINT fk_refresh_tokens_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS ix_refresh_tokens_family ON refresh_tokens (family_id);
CREATE INDEX IF NOT EXISTS ix_refresh_tokens_user ON refresh_tokens (user_id);
CREATE INDEX IF NOT EXISTS ix_refresh_tokens_expires ON refresh_tokens (expires_at);

-- Access tokens that ended before their time; a row may go when expires_at has passed.
CREATE TABLE IF NOT EXISTS revoked_access_tokens (
  jti        uuid        NOT NULL,
  expires_at timestamptz NOT NULL,
  CONSTRAINT pk_revoked_access_tokens PRIMARY KEY (jti)
);
CREATE INDEX IF NOT EXISTS ix_revoked_access_tokens_expires ON revoked_access_tokens (expires_at);

-- The three roles that every installation begins with. Changed ones are left as they are when this runs again.
WITH wanted (role, description, actions, except_types, except_pairs) AS (
  VALUES
    ('Admin', 'Everything', NULL::text[], '{}'::text[], '{}'::text[]),
    -- Whoever may change users or roles could make themselves Admin, so developers only read those.
    ('Dev', 'Everything but deletes, clients, changes of data sources, and changes of users and roles',
      '{read,create,update,execute,publish}', '{client,audit_log}',
      '{datasource:create,datasource:update,user:create,user:update,role:create,role:update}'),
    ('Viewer', 'Reads everything', '{read}', '{}', '{}')
), created AS (
  INSERT INTO roles (name, description)
  SELECT role, description FROM wanted
  ON CONFLICT (lower(name)) DO NOTHING
  RETURNING id, name
), known (resource_type, action) AS (
  SELECT split_part(pair, ':', 1), split_part(pair, ':', 2)
  FROM unnest('{
    datasource:read,datasource:create,datasource:update,datasource:delete,datasource:execute,
    module:read,module:create,module:update,module:delete,
    group:read,group:create,group:update,group:delete,
    api:read,api:create,api:update,api:delete,api:execute,api:publish,
    macro:read,macro:create,macro:update,macro:delete,macro:publish,
    client:read,client:create,client:update,client:delete,
    user:read,user:create,user:update,user:delete,
    role:read,role:create,role:update,role:delete,
    gateway:read,overview:read,access_log:read,audit_log:read}'::text[]) AS pair
)
INSERT INTO role_permissions (role_id, resource_type, action)
SELECT created.id, known.resource_type, known.action
FROM created
JOIN wanted ON wanted.role = created.name
CROSS JOIN known
WHERE (wanted.actions IS NULL OR known.action = ANY (wanted.actions))
  AND known.resource_type <> ALL (wanted.except_types)
  AND known.resource_type || ':' || known.action <> ALL (wanted.except_pairs);
`

export const peopleDown = /* sql */ `
DROP TABLE IF EXISTS revoked_access_tokens;
DROP TABLE IF EXISTS refresh_tokens;
DROP TABLE IF EXISTS user_roles;
DROP TABLE IF EXISTS role_permissions;
DROP TABLE IF EXISTS roles;
DROP TABLE IF EXISTS users;
`
