/** Grows whenever the tables or the way they are filled change; a database with another number is filled anew. */
export const DEMO_DATA_VERSION = 2

/**
 * The role that the published APIs sign in with: `penstock_demo` for the database `demo`. It reads everything, adds pilot reports, moves
 * miles between members, and can do nothing else. Roles belong to the whole server, so each demo database on it has one of its own.
 */
export function demoRole(database: string): string {
  return `penstock_${database}`
}

/** The demo's tables, empty. Pilot reports and miles are what visitors write, so they survive when the rest is filled anew. */
export const DEMO_SCHEMA_SQL = /* sql */ `
DROP TABLE IF EXISTS flights, weather_days;

CREATE TABLE IF NOT EXISTS airports (
  iata      text             PRIMARY KEY,
  name      text             NOT NULL,
  city      text             NOT NULL,
  state     text             NOT NULL,
  country   text             NOT NULL,
  latitude  double precision NOT NULL,
  longitude double precision NOT NULL
);
CREATE INDEX IF NOT EXISTS airports_state ON airports (state, iata);
CREATE INDEX IF NOT EXISTS airports_name ON airports (lower(name) text_pattern_ops);

-- Times are local to the origin, as airlines report them, hence without a zone.
CREATE TABLE flights (
  id             bigint    GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  departed_at    timestamp NOT NULL,
  delay_minutes  integer   NOT NULL,
  distance_miles integer   NOT NULL,
  origin         text      NOT NULL REFERENCES airports (iata),
  destination    text      NOT NULL REFERENCES airports (iata)
);
CREATE INDEX flights_departed ON flights (departed_at, id);
CREATE INDEX flights_origin ON flights (origin, departed_at, id);
CREATE INDEX flights_destination ON flights (destination, departed_at, id);

CREATE TABLE weather_days (
  location         text             NOT NULL,
  day              date             NOT NULL,
  precipitation_mm double precision NOT NULL,
  temp_max_c       double precision NOT NULL,
  temp_min_c       double precision NOT NULL,
  wind_mps         double precision NOT NULL,
  weather          text             NOT NULL,
  PRIMARY KEY (location, day)
);

CREATE TABLE IF NOT EXISTS pilot_reports (
  id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  airport     text        NOT NULL REFERENCES airports (iata),
  phenomenon  text        NOT NULL CHECK (phenomenon IN ('turbulence', 'icing', 'wind shear', 'birds', 'other')),
  severity    integer     NOT NULL CHECK (severity BETWEEN 1 AND 5),
  remark      text        NOT NULL DEFAULT '' CHECK (length(remark) <= 500),
  reported_by text        NOT NULL,
  reported_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS pilot_reports_airport ON pilot_reports (airport, id);

CREATE TABLE IF NOT EXISTS mileage_accounts (
  member text    PRIMARY KEY,
  miles  integer NOT NULL CHECK (miles >= 0)
);
CREATE TABLE IF NOT EXISTS mileage_transfers (
  id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  from_member text        NOT NULL REFERENCES mileage_accounts (member),
  to_member   text        NOT NULL REFERENCES mileage_accounts (member),
  miles       integer     NOT NULL CHECK (miles > 0),
  moved_at    timestamptz NOT NULL DEFAULT now()
);
INSERT INTO mileage_accounts (member, miles) VALUES ('amelia', 50000), ('bessie', 20000), ('charles', 500)
ON CONFLICT (member) DO NOTHING;

CREATE TABLE IF NOT EXISTS demo_load (
  data_version integer     NOT NULL,
  loaded_at    timestamptz NOT NULL DEFAULT now()
);
`
