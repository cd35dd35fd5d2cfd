import { z } from 'zod'

/** The parts of a JSON schema that are looked at here. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly description?: string
}

/** Turns zod schemas into JSON schemas; those with an id become components and are referred to. */
export interface SchemaCollector {
  schemaOf(schema: z.ZodType, side: 'input' | 'output'): JsonSchema
  collected(): Readonly<Record<string, JsonSchema>>
}

const jsonSchema: z.ZodType<JsonSchema> = z.custom<JsonSchema>((value) => typeof value === 'object' && value !== null)

export function schemaCollector(): SchemaCollector {
  const components = new Map<string, JsonSchema>()
  return {
    schemaOf(schema, side) {
      const made = z.toJSONSchema(schema, { io: side, unrepresentable: 'any' })
      const { $defs, ...root } = made
      // The document says once which dialect its schemas are of.
      delete root.$schema
      const names = new Map<string, string>()
      for (const [id, definition] of Object.entries($defs ?? {}))
        names.set(id, nameFor(id, side, definition, components))
      for (const [id, definition] of Object.entries($defs ?? {})) {
        components.set(names.get(id) ?? id, pointedToComponents(definition, names))
      }
      return pointedToComponents(root, names)
    },
    collected: () => Object.fromEntries([...components].sort(([left], [right]) => (left < right ? -1 : 1))),
  }
}

/** What goes in may leave out fields with a default, what comes out has them: where the two differ, the way in has a name of its own. */
function nameFor(
  id: string,
  side: 'input' | 'output',
  definition: unknown,
  components: ReadonlyMap<string, JsonSchema>,
): string {
  if (side === 'output') return id
  const other = components.get(id)
  return other === undefined || JSON.stringify(other) === JSON.stringify(definition) ? `${id}` : `${id}Input`
}

function pointedToComponents(value: unknown, names: ReadonlyMap<string, string>): JsonSchema {
  return jsonSchema.parse(pointed(value, names))
}

function pointed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => pointed(item, names))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([keyword, member]) => [
      keyword,
      keyword === '$ref' && typeof member === 'string' ? componentRef(member, names) : pointed(member, names),
    ]),
  )
}

function componentRef(ref: string, names: ReadonlyMap<string, string>): string {
  const id = ref.replace('#/$defs/', '')
  return `#/components/schemas/${names.get(id) ?? id}`
}
