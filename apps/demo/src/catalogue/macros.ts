/** Pieces of SQL that several of the demo's APIs share. */
export interface DemoMacro {
  readonly name: string
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
]
