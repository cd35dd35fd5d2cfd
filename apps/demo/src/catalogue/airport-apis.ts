import type { DemoApi } from './demo-api.js'

const limit = { name: 'limit', data_type: 'integer', default_value: 20, min: 1, max: 200 } as const
const iata = { name: 'iata', location: 'path', required: true, pattern: '[0-9A-Z]{3,4}' } as const

export const AIRPORT_APIS: readonly DemoApi[] = [
  {
    name: 'Airports',
    description: 'Search in text: what a caller types is matched letter by letter, % and _ included.',
    http_method: 'GET',
    path: 'demo/airports',
    access_type: 'public',
    content: `SELECT a.iata, a.name, a.city, a.state, a.latitude, a.longitude
FROM airports a
{% where %}
  {% if q %} AND (lower(a.name) LIKE '%' || {{ q | lower | sql_like }} || '%' OR lower(a.city) LIKE {{ q | lower | sql_like_start }}) {% endif %}
  {% if states %} AND a.state IN {{ states | in_list }} {% endif %}
{% endwhere %}
ORDER BY a.iata
LIMIT {{ limit }}`,
    params: [
      { name: 'q', max_length: 100, description: 'Part of the name, or the beginning of the city' },
      { name: 'states', data_type: 'array', description: 'WA,OR' },
      limit,
    ],
    example: { url: 'demo/airports?q=seattle&states=WA' },
  },
  {
    name: 'Airport by code',
    description: 'A path parameter with a pattern.',
    http_method: 'GET',
    path: 'demo/airports/{iata}',
    access_type: 'public',
    content: `SELECT a.iata, a.name, a.city, a.state, a.country, a.latitude, a.longitude,
       (SELECT count(*) FROM flights f WHERE f.origin = a.iata) AS departures
FROM airports a
WHERE a.iata = {{ iata }}`,
    params: [iata],
    example: { url: 'demo/airports/SEA' },
  },
  {
    name: 'Delays by day',
    description: 'Numbers per day between two dates, with a macro for the measure that several APIs share.',
    http_method: 'GET',
    path: 'demo/airports/{iata}/delays',
    access_type: 'public',
    content: `SELECT f.departed_at::date AS day, count(*) AS flights, round(avg(f.delay_minutes), 1) AS mean_delay_minutes, {{ punctuality() }}
FROM flights f
WHERE f.origin = {{ iata }}
  AND f.departed_at >= {{ from_date | sql_date }}::date
  AND f.departed_at < {{ to_date | sql_date }}::date + 1
GROUP BY 1
ORDER BY 1`,
    params: [
      iata,
      { name: 'from_date', data_type: 'date', default_value: '2001-01-01' },
      { name: 'to_date', data_type: 'date', default_value: '2001-03-31' },
    ],
    example: { url: 'demo/airports/SEA/delays?from_date=2001-02-01&to_date=2001-02-03' },
  },
  {
    name: 'Weather',
    description: 'Daily weather of Seattle or New York, with a boolean that adds a condition.',
    http_method: 'GET',
    path: 'demo/weather/{location}',
    access_type: 'public',
    content: `SELECT w.day, w.weather, w.precipitation_mm, w.temp_max_c, w.temp_min_c, w.wind_mps
FROM weather_days w
{% where %}
  AND w.location = {{ location }}
  {% if day %} AND w.day = {{ day | sql_date }} {% endif %}
  {% if wet %} AND w.precipitation_mm > 0 {% endif %}
{% endwhere %}
ORDER BY w.day
LIMIT {{ limit }}`,
    params: [
      { name: 'location', location: 'path', required: true, enum: ['Seattle', 'New York'] },
      { name: 'day', data_type: 'date', description: 'The data spans 2012-01-01 to 2015-12-31' },
      { name: 'wet', data_type: 'boolean', default_value: false },
      limit,
    ],
    example: { url: 'demo/weather/Seattle?wet=true&limit=3' },
  },
]
