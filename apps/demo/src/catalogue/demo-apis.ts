import { AIRPORT_APIS } from './airport-apis.js'
import type { DemoApi } from './demo-api.js'
import { FLIGHT_APIS } from './flight-apis.js'
import { REPORT_APIS } from './report-apis.js'
import { SCRIPT_APIS } from './script-apis.js'

/** Grows whenever an API or a macro of the demo changes; installations with an older one are brought up to it. */
export const DEMO_CATALOGUE_VERSION = 3

/** Every API of the demo; the first is the one that `npm start` shows. */
export const DEMO_APIS: readonly DemoApi[] = [...FLIGHT_APIS, ...AIRPORT_APIS, ...REPORT_APIS, ...SCRIPT_APIS]
