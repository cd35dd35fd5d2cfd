import { z } from 'zod'

export const HTTP_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
/** Methods that an API can have; HEAD and OPTIONS are answered by the gateway itself. */
export const httpMethod = z.enum(HTTP_METHODS)
export type HttpMethod = z.output<typeof httpMethod>

export const PARAM_LOCATIONS = ['query', 'header', 'body', 'path'] as const
export const PARAM_DATA_TYPES = [
  'string',
  'integer',
  'number',
  'boolean',
  'array',
  'object',
  'date',
  'datetime',
  'uuid',
] as const

/** Names that the gateway itself reads from the query. */
export const RESERVED_PARAM_NAMES: readonly string[] = ['naming', 'format']

/** Characters of one parameter's validator. */
const VALIDATION_SCRIPT_MAX = 65_536

const json: z.ZodType<unknown> = z.unknown()

/** One declared parameter of an API. Bounds are checked after coercion; `pattern` is a JavaScript regular expression for the whole value. */
export const paramDefinition = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'must begin with a letter or _ and hold letters, digits, _, . and - only')
      .refine(
        (name) => !RESERVED_PARAM_NAMES.includes(name),
        'is reserved: naming and format are read by the gateway itself',
      ),
    location: z.enum(PARAM_LOCATIONS).default('query'),
    data_type: z.enum(PARAM_DATA_TYPES).default('string'),
    required: z.boolean().default(false),
    default_value: json.optional(),
    enum: z.array(json).min(1).max(1000).optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    min_length: z.number().int().min(0).optional(),
    max_length: z.number().int().min(0).optional(),
    pattern: z.string().max(1000).optional(),
    validation_script: z
      .string()
      .min(1)
      .max(VALIDATION_SCRIPT_MAX)
      .optional()
      .describe(
        'validate(value, params): false, or a message, refuses the value with 400. Runs after all other checks',
      ),
    message_when_fail: z
      .string()
      .trim()
      .min(1)
      .max(1000)
      .optional()
      .describe('What the caller reads when validation_script says false; left out: a sentence of the gateway'),
    description: z.string().max(2000).optional(),
  })
  .refine(
    ({ message_when_fail, validation_script }) => message_when_fail === undefined || validation_script !== undefined,
    {
      path: ['message_when_fail'],
      message: 'is shown when validation_script fails, and there is none: give a validation_script, or leave it out',
    },
  )
  .meta({ id: 'ParamDefinition' })
export type ParamDefinition = z.output<typeof paramDefinition>
export type ParamDataType = ParamDefinition['data_type']
export type ParamLocation = ParamDefinition['location']
