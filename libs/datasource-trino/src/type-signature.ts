import { z } from 'zod'

/** A type as the protocol describes it, as far as cells depend on it. */
export interface TypeSignature {
  readonly rawType: string
  readonly arguments: readonly TypeArgument[]
}

/** A type within a type; `name` is that of a field of a row. */
export interface TypeArgument {
  readonly name: string | undefined
  readonly type: TypeSignature
}

// As deep as rows of rows go; deeper ones are shown as the server sends them.
const DEPTH_MAX = 20

const namedValue = z.object({
  fieldName: z.object({ name: z.string() }).nullish(),
  typeSignature: z.unknown(),
})
const argument = z.object({ kind: z.string(), value: z.unknown() })
const signature = z.object({ rawType: z.string(), arguments: z.array(argument).optional() })

/** The signature of a column; one that is not understood counts as a plain type of that name. */
export function parseSignature(given: unknown, type: string, depth = 0): TypeSignature {
  const parsed = signature.safeParse(given)
  if (!parsed.success || depth > DEPTH_MAX) return { rawType: type, arguments: [] }
  const { rawType, arguments: args = [] } = parsed.data
  return {
    rawType,
    arguments: args.flatMap(({ kind, value }): TypeArgument[] => {
      if (kind === 'TYPE') return [{ name: undefined, type: parseSignature(value, '', depth + 1) }]
      if (kind !== 'NAMED_TYPE') return []
      const named = namedValue.safeParse(value)
      if (!named.success) return []
      const { fieldName, typeSignature } = named.data
      return [{ name: fieldName?.name, type: parseSignature(typeSignature, '', depth + 1) }]
    }),
  }
}
