import type pg from 'pg'
import { readAirports, readFlights, readWeather, type Airport, type Flight, type WeatherDay } from './datasets.js'
import { DEMO_DATA_VERSION, DEMO_SCHEMA_SQL } from './demo-schema.js'

export interface LoadResult {
  /** False when this version of the data was there already. */
  readonly loaded: boolean
  readonly flights: number
}

/**
 * Makes the tables and fills them in one transaction, unless this version of the data is there already: afterwards everything is there or
 * nothing has changed. Pilot reports and miles are never touched.
 */
export async function loadDemoData(client: pg.Client): Promise<LoadResult> {
  if ((await loadedVersion(client)) === DEMO_DATA_VERSION) return { loaded: false, flights: await countFlights(client) }
  const [flights, airports, weather] = await Promise.all([readFlights(), readAirports(), readWeather()])
  await client.query('BEGIN')
  try {
    await client.query(DEMO_SCHEMA_SQL)
    await insertAirports(client, airports)
    await insertFlights(client, flights)
    await insertWeather(client, weather)
    await client.query('DELETE FROM demo_load')
    await client.query('INSERT INTO demo_load (data_version) VALUES ($1)', [DEMO_DATA_VERSION])
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
  await client.query('ANALYZE')
  return { loaded: true, flights: flights.length }
}

async function loadedVersion(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ there: boolean }>(`SELECT to_regclass('demo_load') IS NOT NULL AS there`)
  if (rows[0]?.there !== true) return undefined
  const load = await client.query<{ data_version: number }>('SELECT data_version FROM demo_load')
  return load.rows[0]?.data_version
}

async function countFlights(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>('SELECT count(*)::int AS count FROM flights')
  return rows[0]?.count ?? 0
}

// One statement per table, with a column per array: 20,000 rows cost one round trip and no text is put together.
async function insertAirports(client: pg.Client, airports: readonly Airport[]): Promise<void> {
  await client.query(
    `INSERT INTO airports (iata, name, city, state, country, latitude, longitude)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::float8[])
     ON CONFLICT (iata) DO NOTHING`,
    [
      airports.map((airport) => airport.iata),
      airports.map((airport) => airport.name),
      airports.map((airport) => airport.city),
      airports.map((airport) => airport.state),
      airports.map((airport) => airport.country),
      airports.map((airport) => airport.latitude),
      airports.map((airport) => airport.longitude),
    ],
  )
}

async function insertFlights(client: pg.Client, flights: readonly Flight[]): Promise<void> {
  await client.query(
    `INSERT INTO flights (departed_at, delay_minutes, distance_miles, origin, destination)
     SELECT * FROM unnest($1::timestamp[], $2::int4[], $3::int4[], $4::text[], $5::text[])`,
    [
      flights.map((flight) => flight.date.replaceAll('/', '-')),
      flights.map((flight) => flight.delay),
      flights.map((flight) => flight.distance),
      flights.map((flight) => flight.origin),
      flights.map((flight) => flight.destination),
    ],
  )
}

async function insertWeather(client: pg.Client, days: readonly WeatherDay[]): Promise<void> {
  await client.query(
    `INSERT INTO weather_days (location, day, precipitation_mm, temp_max_c, temp_min_c, wind_mps, weather)
     SELECT * FROM unnest($1::text[], $2::date[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::text[])`,
    [
      days.map((day) => day.location),
      days.map((day) => day.date),
      days.map((day) => day.precipitation),
      days.map((day) => day.temp_max),
      days.map((day) => day.temp_min),
      days.map((day) => day.wind),
      days.map((day) => day.weather),
    ],
  )
}
