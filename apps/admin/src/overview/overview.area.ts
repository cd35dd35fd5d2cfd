import type { Area } from '../base/area.js'
import { useCase } from '../base/ports.js'
import { OVERVIEW, OverviewController } from './overview.controller.js'
import { overview } from './overview.js'

/** The console's first page. */
export const overviewArea: Area = { controllers: [OverviewController], providers: [useCase(OVERVIEW, overview)] }
