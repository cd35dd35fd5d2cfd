/** Pieces of SQL and of script that several of the demo's APIs share. */
export interface DemoMacro {
  readonly name: string
  /** Left out: SQL. */
  readonly macro_type?: 'SQL' | 'SCRIPT'
  readonly description: string
  readonly content: string
}

export const DEMO_MACROS: readonly DemoMacro[] = [
  {
    name: 'page_of',
    description: 'One page of rows. Both values are bound, so a macro is as safe as the text around it.',
    content: `{% macro page_of(limit, offset) %}LIMIT {{ limit }} OFFSET {{ offset }}{% endmacro %}`,
  },
  {
    name: 'punctuality',
    description:
      'What share of flights left less than fifteen minutes late, as the Bureau of Transportation Statistics counts it.',
    content: `{% macro punctuality() %}round(avg((f.delay_minutes < 15)::int) * 100, 1) AS on_time_percent{% endmacro %}`,
  },
  {
    name: 'great_circle',
    macro_type: 'SCRIPT',
    description: 'The shortest way over the globe. Scripts that use one of its names get it; others do not carry it.',
    content: `const EARTH_RADIUS_MILES = 3958.8

function greatCircleMiles(a: { latitude: number; longitude: number }, b: { latitude: number; longitude: number }): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const [lat1, lat2] = [radians(a.latitude), radians(b.latitude)]
  const half = Math.sin((lat2 - lat1) / 2) ** 2
    + Math.cos(lat1) * Math.cos(lat2) * Math.sin(radians(b.longitude - a.longitude) / 2) ** 2
  return Math.round(2 * EARTH_RADIUS_MILES * Math.asin(Math.sqrt(half)))
}`,
  },
]
