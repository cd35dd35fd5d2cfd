import { z } from 'zod'

/** Every failure of the control plane. */
export const problemAnswer = z
  .object({
    success: z.literal(false),
    message: z.string(),
    data: z.array(z.never()),
    code: z.string().describe('From the error catalogue; never renamed'),
    request_id: z.string(),
    errors: z
      .array(
        z.object({
          field: z.string().optional(),
          message: z.string(),
          line: z.number().int().optional(),
          column: z.number().int().optional(),
        }),
      )
      .optional(),
    detail: z.string().optional().describe('Outside production: what the operator would read in the log, redacted'),
  })
  .meta({ id: 'Problem' })
