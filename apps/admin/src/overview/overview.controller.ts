import { Controller, Inject } from '@nestjs/common'
import {
  overviewStats,
  recentAccessAnswer,
  recentCommitsAnswer,
  recentQuery,
  requestsByDayAnswer,
  requestsByDayQuery,
  topPathsAnswer,
  topPathsQuery,
} from '@penstock/contracts'
import { Call, type CallOf } from '../base/call.js'
import { Endpoint, endpoint } from '../base/endpoint.js'
import type { Overview } from './overview.js'

export const OVERVIEW = Symbol('OVERVIEW')
const COMMON = {
  method: 'GET',
  tag: 'Overview',
  access: { permission: 'overview:read', resource: 'many' },
  status: 200,
} as const
const STATS = endpoint({
  ...COMMON,
  path: 'overview/stats',
  summary: 'How many of what there are',
  answer: overviewStats,
})
const BY_DAY = endpoint({
  ...COMMON,
  path: 'overview/requests-by-day',
  summary: 'Calls on each of the last days, in UTC',
  query: requestsByDayQuery,
  answer: requestsByDayAnswer,
})
const TOP_PATHS = endpoint({
  ...COMMON,
  path: 'overview/top-paths',
  summary: 'The paths that are called most',
  query: topPathsQuery,
  answer: topPathsAnswer,
})
const ACCESS = endpoint({
  ...COMMON,
  path: 'overview/recent-access',
  summary: 'The latest calls',
  query: recentQuery,
  answer: recentAccessAnswer,
})
const COMMITS = endpoint({
  ...COMMON,
  path: 'overview/recent-commits',
  summary: 'The latest versions of APIs',
  query: recentQuery,
  answer: recentCommitsAnswer,
})

/** Five reads of one page: one controller, because none of them is anything by itself. */
@Controller()
export class OverviewController {
  constructor(@Inject(OVERVIEW) private readonly overview: Overview) {}

  @Endpoint(STATS)
  stats(): Promise<unknown> {
    return this.overview.stats()
  }

  @Endpoint(BY_DAY)
  requestsByDay(@Call(BY_DAY) { query }: CallOf<typeof BY_DAY>): Promise<unknown> {
    return this.overview.requestsByDay(query.days)
  }

  @Endpoint(TOP_PATHS)
  topPaths(@Call(TOP_PATHS) { query }: CallOf<typeof TOP_PATHS>): Promise<unknown> {
    return this.overview.topPaths(query.days, query.limit)
  }

  @Endpoint(ACCESS)
  recentAccess(@Call(ACCESS) { caller, query }: CallOf<typeof ACCESS>): Promise<unknown> {
    return this.overview.recentAccess(caller, query.limit)
  }

  @Endpoint(COMMITS)
  recentCommits(@Call(COMMITS) { caller, query }: CallOf<typeof COMMITS>): Promise<unknown> {
    return this.overview.recentCommits(caller, query.limit)
  }
}
