import type {
  overviewStats,
  recentAccessAnswer,
  recentCommitsAnswer,
  requestsByDayAnswer,
  topPathsAnswer,
} from '@penstock/contracts'
import { accessLogStore, overviewStore } from '@penstock/control-store'
import type { z } from 'zod'
import { accessLogSummaryOf } from '../access-logs/access-log-answer.js'
import type { Ports } from '../base/ports.js'
import { permittedIds, type Caller } from '../base/principal.js'

/** The numbers and lists of the console's first page. */
export interface Overview {
  stats(): Promise<z.output<typeof overviewStats>>
  requestsByDay(days: number): Promise<z.output<typeof requestsByDayAnswer>>
  topPaths(days: number, limit: number): Promise<z.output<typeof topPathsAnswer>>
  recentAccess(caller: Caller, limit: number): Promise<z.output<typeof recentAccessAnswer>>
  recentCommits(caller: Caller, limit: number): Promise<z.output<typeof recentCommitsAnswer>>
}

/** The lists are limited to the APIs that the caller may read; the numbers are of everything. */
export function overview({ database }: Pick<Ports, 'database'>): Overview {
  return {
    stats: () => database.read((tx) => overviewStore.stats(tx)),
    requestsByDay: async (days) => ({
      data: [...(await database.read((tx) => overviewStore.requestsByDay(tx, days)))],
    }),
    topPaths: async (days, limit) => ({
      data: [...(await database.read((tx) => overviewStore.topPaths(tx, days, limit)))],
    }),
    async recentAccess(caller, limit) {
      const permitted = permittedIds(caller.user, 'api:read')
      const page = { permitted, page: 1, pageSize: limit, sort: '-at' }
      const { items } = await database.read((tx) => accessLogStore.page(tx, page))
      return { data: items.map(accessLogSummaryOf) }
    },
    async recentCommits(caller, limit) {
      const permitted = permittedIds(caller.user, 'api:read')
      const commits = await database.read((tx) => overviewStore.recentCommits(tx, limit, permitted))
      return { data: commits.map((commit) => ({ ...commit, created_at: commit.created_at.toISOString() })) }
    },
  }
}
