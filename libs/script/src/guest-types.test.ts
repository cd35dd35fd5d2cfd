import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const TYPES = new URL('../guest/penstock-script.d.ts', import.meta.url).pathname
const SAMPLE = '/sample.ts'

/** What an author's editor would underline. */
function faultsOf(source: string): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts'],
    types: [],
    module: ts.ModuleKind.ESNext,
    moduleDetection: ts.ModuleDetectionKind.Force,
  }
  const host = ts.createCompilerHost(options)
  const read = host.getSourceFile.bind(host)
  host.getSourceFile = (name, version) =>
    name === SAMPLE ? ts.createSourceFile(name, source, version) : read(name, version)
  const program = ts.createProgram([TYPES, SAMPLE], options, host)
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

describe('the types of scripts', () => {
  it.each([
    [
      'a transaction',
      `export default async function (req: Penstock.Request<{ from: string; miles: number }>, ctx: Penstock.Context) {
        return ctx.db.tx(async (t) => {
          const giver = await t.queryOne<{ miles: number }>('SELECT miles FROM accounts WHERE member = $1', [req.params.from])
          if (giver === null) throw new ApiError(404, 'No such member', 'UNKNOWN_MEMBER')
          if (giver.miles < req.params.miles) throw new ApiError(409, 'Not enough miles')
          const changed: number = await t.execute('UPDATE accounts SET miles = miles - :miles', { miles: req.params.miles })
          return { data: [changed], request: req.client?.name ?? 'anybody' }
        })
      }`,
    ],
    [
      'HTTP, a cache and another data source',
      `export default async (req: Penstock.Request, { http, cache, db, env, log, crypto, fetchAll, ds }: Penstock.Context) => {
        const key = crypto.hash('sha256', String(req.headers['x-tenant']))
        const kept = await cache.get<{ rates: number[] }>(key)
        if (kept) return kept.rates
        const answers = await fetchAll(['EUR', 'USD'], (currency) => http.get(env.get('RATES') + '/' + currency, { query: { at: null } }))
        if (answers.some(({ ok }) => !ok)) log.warn('rates are not there', answers.map(({ status }) => status), ds?.type)
        await cache.set(key, { rates: answers.map(({ json }) => json) }, 60)
        return db.source('billing').query('SELECT 1 AS one')
      }`,
    ],
    ['a function of the parameters', 'function execute(params: Penstock.Params) { return params.id }'],
    ['a value left in result', 'result = [params.id, req.method]'],
    ['a validator', 'function validate(value: string) { return value.length > 4 || "is too short" }'],
  ])('let pass: %s', (_what, source) => {
    expect(faultsOf(source)).toEqual([])
  })

  it.each([
    ['export default (req: Penstock.Request) => req.parms', /'parms' does not exist/],
    ['export default () => fetch("https://example.com")', /Cannot find name 'fetch'/],
    ['export default () => process.env', /Cannot find name 'process'/],
    ['export default () => setTimeout(() => 1, 1)', /Cannot find name 'setTimeout'/],
    ['export default () => db.query(["SELECT 1"])', /not assignable to parameter of type 'string'/],
    ['export default () => { throw new ApiError("409", "no") }', /not assignable to parameter of type 'number'/],
  ])('show what a script cannot do: %s', (source, fault) => {
    expect(faultsOf(source).join('\n')).toMatch(fault)
  })
})
