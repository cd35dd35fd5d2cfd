import type { DemoApi } from './demo-api.js'

export const REPORT_APIS: readonly DemoApi[] = [
  {
    name: 'File a pilot report',
    description: 'INSERT … RETURNING with body parameters and a header that says who reports.',
    http_method: 'POST',
    path: 'demo/pilot-reports',
    access_type: 'public',
    rate_limit_per_minute: 60,
    content: `INSERT INTO pilot_reports (airport, phenomenon, severity, remark, reported_by)
VALUES ({{ airport }}, {{ phenomenon }}, {{ severity }}, {{ remark | default('') }}, {{ reporter }})
RETURNING id, airport, phenomenon, severity, remark, reported_by, reported_at`,
    params: [
      { name: 'airport', location: 'body', required: true, pattern: '[0-9A-Z]{3,4}' },
      {
        name: 'phenomenon',
        location: 'body',
        required: true,
        enum: ['turbulence', 'icing', 'wind shear', 'birds', 'other'],
      },
      { name: 'severity', location: 'body', data_type: 'integer', required: true, min: 1, max: 5 },
      { name: 'remark', location: 'body', max_length: 500 },
      {
        name: 'reporter',
        location: 'header',
        required: true,
        max_length: 100,
        description: 'Tail number or call sign',
      },
    ],
    example: {
      url: 'demo/pilot-reports',
      headers: { Reporter: 'N1234P' },
      body: { airport: 'SEA', phenomenon: 'turbulence', severity: 2, remark: "Bumpy below 8,000 ft; it's fine above" },
    },
  },
  {
    name: 'Pilot reports',
    description: 'The latest reports of an airport.',
    http_method: 'GET',
    path: 'demo/pilot-reports',
    access_type: 'public',
    content: `SELECT r.id, r.airport, r.phenomenon, r.severity, r.remark, r.reported_by, r.reported_at
FROM pilot_reports r
{% where %}
  {% if airport %} AND r.airport = {{ airport }} {% endif %}
  {% if min_severity %} AND r.severity >= {{ min_severity }} {% endif %}
{% endwhere %}
ORDER BY r.id DESC
LIMIT {{ limit }}`,
    params: [
      { name: 'airport', pattern: '[0-9A-Z]{3,4}' },
      { name: 'min_severity', data_type: 'integer', min: 1, max: 5 },
      { name: 'limit', data_type: 'integer', default_value: 20, min: 1, max: 200 },
    ],
    example: { url: 'demo/pilot-reports?min_severity=2' },
  },
  {
    name: 'Busiest routes',
    description: 'A private API: only clients that are linked to it, or to a group that is, may call it.',
    http_method: 'GET',
    path: 'demo/routes/busiest',
    access_type: 'private',
    content: `SELECT f.origin, f.destination, count(*) AS flights, round(avg(f.delay_minutes), 1) AS mean_delay_minutes, {{ punctuality() }}
FROM flights f
{% where %}
  {% if origin %} AND f.origin = {{ origin }} {% endif %}
{% endwhere %}
GROUP BY f.origin, f.destination
ORDER BY count(*) DESC, f.origin, f.destination
LIMIT {{ limit }}`,
    params: [
      { name: 'origin', pattern: '[0-9A-Z]{3,4}' },
      { name: 'limit', data_type: 'integer', default_value: 10, min: 1, max: 100 },
    ],
    example: { url: 'demo/routes/busiest?limit=3' },
  },
]
