import { z } from 'zod'
import { httpMethod } from '../params/param-definition.js'
import { accessLogSummary } from './access-logs.js'
import { time } from './common.js'

const whole = (max: number, fallback: number) => z.coerce.number().int().min(1).max(max).default(fallback)

export const overviewStats = z
  .object({
    datasources: z.number().int(),
    modules: z.number().int(),
    groups: z.number().int(),
    apis_total: z.number().int(),
    apis_published: z.number().int(),
    clients: z.number().int(),
  })
  .meta({ id: 'OverviewStats' })

export const requestsByDayQuery = z.strictObject({ days: whole(365, 14) })
export const requestsByDayAnswer = z
  .object({ data: z.array(z.object({ day: z.string(), count: z.number().int() })) })
  .meta({ id: 'RequestsByDay' })

export const topPathsQuery = z.strictObject({ days: whole(365, 7), limit: whole(100, 10) })
export const topPathsAnswer = z
  .object({
    data: z.array(
      z.object({
        path: z.string(),
        http_method: z.string(),
        count: z.number().int(),
        avg_duration_ms: z.number(),
        success_count: z.number().int(),
        fail_count: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'TopPaths' })

export const recentQuery = z.strictObject({ limit: whole(100, 20) })
export const recentAccessAnswer = z.object({ data: z.array(accessLogSummary) }).meta({ id: 'RecentAccess' })
export const recentCommitsAnswer = z
  .object({
    data: z.array(
      z.object({
        version_id: z.uuid(),
        api_id: z.uuid(),
        api_name: z.string(),
        http_method: httpMethod,
        path: z.string(),
        version: z.number().int(),
        commit_message: z.string(),
        created_by_name: z.string(),
        created_at: time,
      }),
    ),
  })
  .meta({ id: 'RecentCommits' })
