import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, expect, it } from 'vitest'
import { openScriptRunner } from './open-script-runner.js'
import { apiStep, budget, job, PRELUDE, valueOf } from './testing/jobs.js'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

function open(timeZone: string) {
  const runner = openScriptRunner({ prelude: PRELUDE, timeZone, instancesMax: 1 })
  closing.push(() => runner.close())
  return runner
}

/** Around each change of the clocks in two years, what the constructor, the parser, the setters and the getters make of local times. */
const PROBE = `
  const shown = (date) => [date.getTime(), date.getFullYear(), date.getMonth(), date.getDate(), date.getHours(), date.getMinutes(), date.getDay(),
    date.getTimezoneOffset()]
  const two = (n) => String(n).padStart(2, '0')
  const all = []
  for (let day = 0; day < 730; day += 1) {
    const start = Date.UTC(2018, 0, 1 + day)
    const isNearChange = new Date(start - 36e5 * 36).getTimezoneOffset() !== new Date(start + 36e5 * 36).getTimezoneOffset()
    if (!isNearChange && day % 97 !== 0) continue
    const at = new Date(start)
    const [y, m, d] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
    for (let quarter = 0; quarter < 96; quarter += 1) {
      const [h, min] = [Math.floor(quarter / 4), (quarter % 4) * 15]
      const set = new Date(2018, 5, 15, 12)
      set.setFullYear(y, m, d)
      set.setHours(h, min, 7, 8)
      all.push(shown(new Date(y, m, d, h, min)), shown(set), shown(new Date(y + '-' + two(m + 1) + '-' + two(d) + 'T' + two(h) + ':' + two(min))))
    }
  }
  const sub = new (class Own extends Date {})(2018, 6, 1)
  all.push(new Date(NaN).setHours(1), new Date(2018).getTime(), Date.parse('2018-07-01'), Date.parse('no date'), Date.length, Date.name,
    typeof Date(), new Date(new Date(5)).getTime(), sub instanceof Date, sub.constructor.name, sub.getTime(), new Date(0, 0).getFullYear(),
    Object.keys(Date.prototype), new Date(0).setHours.length, new Date(2018, 6, 1).constructor === Date)
`

const inNode = async (timeZone: string): Promise<unknown> => {
  const program = `${PROBE}; process.stdout.write(JSON.stringify(all))`
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], {
    env: { TZ: timeZone },
    maxBuffer: 1e8,
  })
  return JSON.parse(stdout)
}

// Changes at midnight, at night, by half an hour, and none.
it.each(['Europe/Berlin', 'America/New_York', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC'])(
  'has the local time of %s, to the minute around each change of its clocks',
  async (timeZone) => {
    const outcome = open(timeZone).run(job([apiStep(`${PROBE}; result = all`)], { budget: ROOMY }))
    expect(await valueOf(outcome)).toEqual(await inNode(timeZone))
  },
)

const ROOMY = { ...budget, resultBytesMax: 8 * 1024 * 1024 }

it('gives each job its Date back, whatever the one before did to it', async () => {
  const runner = open('Europe/Berlin')
  const hours = `new Date(2026, 2, 29, 4).toISOString()`
  const spoil = apiStep(
    `const own = ${hours}; Date.prototype.getTimezoneOffset = () => 0; globalThis.Date = null; result = own`,
  )
  for (let n = 0; n < 3; n += 1) expect(await valueOf(runner.run(job([spoil])))).toBe('2026-03-29T02:00:00.000Z')
})

it('refuses a zone that does not exist when it is opened', () => {
  expect(() => open('Mars/Phobos')).toThrow(RangeError)
})
