import { INTERNAL_ROUTES, signedManifest } from '@penstock/contracts'
import { deriveGatewayKey, deriveGatewayKeys } from '@penstock/secrets'
import { freshDatabase, tcpProxy, waitUntil } from '@penstock/testing'
import { expect, it } from 'vitest'
import { startAdmin } from '../testing/admin-under-test.js'
import { makeCatalogue } from '../testing/catalogue.js'

const { serviceToken } = deriveGatewayKeys(deriveGatewayKey('a secret key for tests'))

it('gives gateways the newest manifest while the database is away, says 503 to writes, and goes on when it is back', async () => {
  const fresh = await freshDatabase()
  const proxy = await tcpProxy({ port: Number(new URL(fresh.url).port) })
  const admin = await startAdmin(proxy.via(fresh.url))
  const send = (method: 'GET' | 'POST', url: string, payload?: object) =>
    admin.process.ops.inject({
      method,
      url,
      headers: { authorization: `Bearer ${serviceToken}` },
      ...(payload === undefined ? {} : { payload }),
    })
  const manifest = async () => signedManifest.parse((await send('GET', INTERNAL_ROUTES.manifest)).json()).manifest
  await waitUntil(() => admin.process.ports.feed.current() !== undefined, { withinMs: 5000 })
  const before = await manifest()

  proxy.cut()
  expect(await manifest()).toEqual(before)
  expect((await send('POST', INTERNAL_ROUTES.bodies, { hashes: ['f'.repeat(64)] })).statusCode).toBe(503)
  const refused = await admin.post('apis/validate', {})
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5'])

  proxy.heal()
  await makeCatalogue(admin)
  await waitUntil(async () => (await manifest()).revision > before.revision, { withinMs: 10_000 })
  await admin.close()
  await proxy.close()
  await fresh.drop()
})
