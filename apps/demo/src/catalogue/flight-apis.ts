import type { DemoApi } from './demo-api.js'

const limit = { name: 'limit', data_type: 'integer', default_value: 20, min: 1, max: 200 } as const
const airportCode = {
  data_type: 'string',
  pattern: '[0-9A-Z]{3,4}',
  description: 'IATA code, for example SEA',
} as const

export const FLIGHT_APIS: readonly DemoApi[] = [
  {
    name: 'Flights',
    description: 'Optional filters, a list, dates, sorting by an allow-list, and pages by offset through a macro.',
    http_method: 'GET',
    path: 'demo/flights',
    access_type: 'public',
    content: `SELECT f.id, f.departed_at, f.origin, f.destination, f.delay_minutes, f.distance_miles
FROM flights f
{% where %}
  {% if origin %} AND f.origin IN {{ origin | in_list }} {% endif %}
  {% if destination %} AND f.destination = {{ destination }} {% endif %}
  {% if from_date %} AND f.departed_at >= {{ from_date | sql_date }} {% endif %}
  {% if to_date %} AND f.departed_at < {{ to_date | sql_date }}::date + 1 {% endif %}
  {% if min_delay is defined %} AND f.delay_minutes >= {{ min_delay }} {% endif %}
{% endwhere %}
ORDER BY f.{{ sort | sql_ident }} {% if direction == 'desc' %}DESC{% else %}ASC{% endif %}, f.id
{{ page_of(limit, offset) }}`,
    params: [
      { name: 'origin', data_type: 'array', description: 'One or more IATA codes: SEA or SEA,PDX' },
      { name: 'destination', ...airportCode },
      {
        name: 'from_date',
        data_type: 'date',
        description: 'First day of departure; the data spans 2001-01-01 to 2001-03-31',
      },
      { name: 'to_date', data_type: 'date', description: 'Last day of departure, included' },
      {
        name: 'min_delay',
        data_type: 'integer',
        description: 'Least delay in minutes; early flights have negative delays',
      },
      { name: 'sort', enum: ['departed_at', 'delay_minutes', 'distance_miles'], default_value: 'departed_at' },
      { name: 'direction', enum: ['asc', 'desc'], default_value: 'asc' },
      limit,
      { name: 'offset', data_type: 'integer', default_value: 0, min: 0, max: 100_000 },
    ],
    example: { url: 'demo/flights?origin=SEA&limit=3' },
  },
  {
    name: 'Flight by id',
    description: 'A path parameter; an unknown id is an empty list.',
    http_method: 'GET',
    path: 'demo/flights/{id}',
    access_type: 'public',
    content: `SELECT f.id, f.departed_at, f.delay_minutes, f.distance_miles,
       f.origin, o.name AS origin_name, f.destination, d.name AS destination_name
FROM flights f
JOIN airports o ON o.iata = f.origin
JOIN airports d ON d.iata = f.destination
WHERE f.id = {{ id }}`,
    params: [{ name: 'id', location: 'path', data_type: 'integer', required: true, min: 1 }],
    example: { url: 'demo/flights/42' },
  },
  {
    name: 'Flight feed',
    description: 'Pages by key: pass the last row of one page to get the next, at the same speed however deep.',
    http_method: 'GET',
    path: 'demo/flights/feed',
    access_type: 'public',
    content: `SELECT f.id, f.departed_at, f.origin, f.destination, f.delay_minutes
FROM flights f
{% if after_time %}
WHERE (f.departed_at, f.id) > ({{ after_time | sql_datetime }}, {{ after_id }})
{% endif %}
ORDER BY f.departed_at, f.id
LIMIT {{ limit }}`,
    params: [
      { name: 'after_time', data_type: 'datetime', description: 'departed_at of the last row of the page before' },
      { name: 'after_id', data_type: 'integer', default_value: 0, description: 'id of that row' },
      limit,
    ],
    example: { url: 'demo/flights/feed?after_time=2001-01-15T12:00:00&after_id=0&limit=3' },
  },
  {
    name: 'Flight page with total',
    description: 'Two statements in one read-only transaction: the page, and how many rows there are in all.',
    http_method: 'GET',
    path: 'demo/flights/page',
    access_type: 'public',
    content: `SELECT f.id, f.departed_at, f.destination, f.delay_minutes
FROM flights f
WHERE f.origin = {{ origin }}
ORDER BY f.departed_at, f.id
{{ page_of(limit, (page - 1) * limit) }};

SELECT count(*) AS total FROM flights f WHERE f.origin = {{ origin }}`,
    params: [
      { name: 'origin', required: true, ...airportCode },
      { name: 'page', data_type: 'integer', default_value: 1, min: 1, max: 10_000 },
      limit,
    ],
    example: { url: 'demo/flights/page?origin=SEA&page=2&limit=2' },
  },
  {
    name: 'Flight search',
    description: 'A query in a JSON body: a list, a nested comparison and a date range.',
    http_method: 'POST',
    path: 'demo/flights/search',
    access_type: 'public',
    content: `SELECT f.id, f.departed_at, f.origin, f.destination, f.delay_minutes, f.distance_miles
FROM flights f
{% where %}
  {% if destinations %} AND f.destination IN {{ destinations | in_list }} {% endif %}
  {% if delay %} AND f.delay_minutes {{ delay | compare }} {% endif %}
  {% if day %} AND f.departed_at >= {{ day | sql_date }}::date AND f.departed_at < {{ day | sql_date }}::date + 1 {% endif %}
{% endwhere %}
ORDER BY f.departed_at, f.id
LIMIT {{ limit }}`,
    params: [
      { name: 'destinations', location: 'body', data_type: 'array' },
      {
        name: 'delay',
        location: 'body',
        data_type: 'object',
        description: '{"combinator": ">", "values": "60"} or {"combinator": "between", "values": "60,90"}',
      },
      { name: 'day', location: 'body', data_type: 'date' },
      { ...limit, location: 'body' },
    ],
    example: {
      url: 'demo/flights/search',
      body: {
        destinations: ['SFO', 'LAX'],
        delay: { combinator: 'between', values: '60,90' },
        day: '2001-02-12',
        limit: 3,
      },
    },
  },
]
