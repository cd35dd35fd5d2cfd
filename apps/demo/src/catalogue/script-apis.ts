import type { DemoApi } from './demo-api.js'

const iata = {
  location: 'path',
  required: true,
  pattern: '[0-9A-Z]{3,4}',
  description: 'IATA code, for example SEA',
} as const
const date = { data_type: 'date', description: 'The data spans 2001-01-01 to 2001-03-31' } as const

export const SCRIPT_APIS: readonly DemoApi[] = [
  {
    name: 'Move miles',
    description:
      'Two accounts in one transaction: a member without enough miles rolls all of it back. A validator compares two parameters.',
    http_method: 'POST',
    path: 'demo/miles/transfers',
    access_type: 'public',
    rate_limit_per_minute: 60,
    execute_engine: 'SCRIPT',
    content: `interface Account { member: string; miles: number }

export default async function (req: Penstock.Request, { db, log }: Penstock.Context) {
  const { from, to, miles } = req.params as { from: string; to: string; miles: number }
  return db.tx(async (t) => {
    // Always in the same order, so that two transfers in opposite directions cannot wait for each other.
    const accounts = await t.query<Account>(
      'SELECT member, miles FROM mileage_accounts WHERE member IN ($1, $2) ORDER BY member FOR UPDATE', [from, to])
    const giver = accounts.find(({ member }) => member === from)
    if (giver === undefined || accounts.length < 2) throw new ApiError(404, 'No such member', 'UNKNOWN_MEMBER')
    if (giver.miles < miles) throw new ApiError(409, \`\${from} has \${giver.miles} miles only\`, 'NOT_ENOUGH_MILES')
    await t.execute('UPDATE mileage_accounts SET miles = miles - :miles WHERE member = :from', { miles, from })
    await t.execute('UPDATE mileage_accounts SET miles = miles + :miles WHERE member = :to', { miles, to })
    await t.execute(
      'INSERT INTO mileage_transfers (from_member, to_member, miles) VALUES (:from, :to, :miles)', { from, to, miles })
    log.info('moved miles', { from, to, miles })
    return t.query('SELECT member, miles FROM mileage_accounts WHERE member IN ($1, $2) ORDER BY member', [from, to])
  })
}`,
    params: [
      { name: 'from', location: 'body', required: true, enum: ['amelia', 'bessie', 'charles'] },
      {
        name: 'to',
        location: 'body',
        required: true,
        validation_script: 'function validate(value, params) { return value !== params.from }',
        message_when_fail: 'must be another member than from',
      },
      { name: 'miles', location: 'body', data_type: 'integer', required: true, min: 1, max: 100_000 },
    ],
    example: { url: 'demo/miles/transfers', body: { from: 'amelia', to: 'bessie', miles: 100 } },
  },
  {
    name: 'Airport overview',
    description: 'Queries at once, an answer that is kept for a minute, and a macro that knows the globe.',
    http_method: 'GET',
    path: 'demo/airports/{iata}/overview',
    access_type: 'public',
    execute_engine: 'SCRIPT',
    content: `interface Airport { iata: string; name: string; latitude: number; longitude: number }

export default async function (req: Penstock.Request, { db, cache }: Penstock.Context) {
  const iata = req.params.iata
  const kept = await cache.get('overview:' + iata)
  if (kept !== null) return kept
  const here = await db.queryOne<Airport>('SELECT iata, name, latitude, longitude FROM airports WHERE iata = $1', [iata])
  if (here === null) throw new ApiError(404, 'No such airport', 'UNKNOWN_AIRPORT')
  const [flights, destinations] = await Promise.all([
    db.queryOne('SELECT count(*)::int AS departures, round(avg(delay_minutes), 1)::float8 AS mean_delay_minutes FROM flights WHERE origin = $1', [iata]),
    db.query<Airport & { flights: number }>(
      \`SELECT a.iata, a.name, a.latitude, a.longitude, count(*)::int AS flights
       FROM flights f JOIN airports a ON a.iata = f.destination
       WHERE f.origin = $1 GROUP BY a.iata ORDER BY count(*) DESC, a.iata LIMIT 5\`, [iata]),
  ])
  const overview = {
    ...here,
    ...flights,
    destinations: destinations.map((there) => ({ iata: there.iata, flights: there.flights, miles: greatCircleMiles(here, there) })),
  }
  await cache.set('overview:' + iata, [overview], 60)
  return [overview]
}`,
    params: [{ name: 'iata', ...iata }],
    example: { url: 'demo/airports/SEA/overview' },
  },
  {
    name: 'Delays by hour',
    description: 'A function of the parameters, a validator of a range, and a transform that adds keys to the answer.',
    http_method: 'GET',
    path: 'demo/flights/delays-by-hour',
    access_type: 'public',
    execute_engine: 'SCRIPT',
    content: `async function execute({ origin, from_date, to_date }) {
  return db.query(
    \`SELECT extract(hour FROM departed_at)::int AS hour, count(*)::int AS flights, round(avg(delay_minutes), 1)::float8 AS mean_delay_minutes
     FROM flights WHERE origin = :origin AND departed_at >= CAST(:from_date AS date) AND departed_at < CAST(:to_date AS date) + 1
     GROUP BY 1 ORDER BY 1\`, { origin, from_date, to_date })
}`,
    params: [
      { name: 'origin', required: true, pattern: '[0-9A-Z]{3,4}' },
      { name: 'from_date', ...date, default_value: '2001-01-01' },
      {
        name: 'to_date',
        ...date,
        default_value: '2001-03-31',
        validation_script: `function validate(value, { from_date }) {
  return value >= from_date || \`must not be before from_date, which is \${from_date}\`
}`,
      },
    ],
    result_transform: `function transform(result) {
  const worst = result.data.reduce((a, b) => (b.mean_delay_minutes > a.mean_delay_minutes ? b : a), { mean_delay_minutes: -Infinity })
  return { ...result, total_flights: result.data.reduce((sum, { flights }) => sum + flights, 0), worst_hour: worst.hour ?? null }
}`,
    example: { url: 'demo/flights/delays-by-hour?origin=SEA' },
  },
  {
    name: 'Account of a member',
    description: 'Miles and the latest transfers of a member; an id and a hash that scripts can make.',
    http_method: 'GET',
    path: 'demo/miles/{member}',
    access_type: 'public',
    execute_engine: 'SCRIPT',
    content: `async function execute({ member }) {
  const account = await db.queryOne('SELECT member, miles FROM mileage_accounts WHERE member = :member', { member })
  if (account === null) throw new ApiError(404, 'No such member', 'UNKNOWN_MEMBER')
  const transfers = await db.query(
    'SELECT from_member, to_member, miles, moved_at FROM mileage_transfers WHERE :member IN (from_member, to_member) ORDER BY id DESC LIMIT 10', { member })
  return { data: [{ ...account, transfers }], statement: crypto.randomUUID(), checksum: crypto.hash('sha256', JSON.stringify([account, transfers])) }
}`,
    params: [{ name: 'member', location: 'path', required: true, max_length: 50 }],
    example: { url: 'demo/miles/amelia' },
  },
  {
    name: 'Platform health',
    description: 'Calls another service over HTTP: the health of the control plane that published it.',
    http_method: 'GET',
    path: 'demo/platform/health',
    access_type: 'public',
    rate_limit_per_minute: 60,
    execute_engine: 'SCRIPT',
    content: `export default async function (req: Penstock.Request, { http, env }: Penstock.Context) {
  const response = await http.get(env.get('PENSTOCK_ADMIN_URL') + '/api/v1/utils/health-check/')
  return { data: [{ control_plane: response.ok ? 'well' : 'not well', status: response.status }] }
}`,
    params: [],
    example: { url: 'demo/platform/health' },
  },
]
