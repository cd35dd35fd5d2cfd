import { createServer, type AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { processPlan, requireFreePorts } from './plan.mjs'

const environment = {
  PATH: '/bin',
  SECRET_KEY: 's',
  ENCRYPTION_KEY: 'e',
  GATEWAY_KEY: 'g',
  POSTGRES_PASSWORD: 'p',
  DATABASE_URL: 'postgres://u:p@h/d',
  FIRST_SUPERUSER_PASSWORD: 'f',
}

const gatewayOf = (settings: Record<string, string>) =>
  processPlan('.', settings).find(({ name }) => name === 'gateway')?.environment

it('gives the gateway neither the keys nor the database of the control plane', () => {
  const gateway = gatewayOf({ ...environment, DEMO_ENABLED: 'false' })
  expect(gateway).toEqual({ PATH: '/bin', GATEWAY_KEY: 'g', DEMO_ENABLED: 'false' })
})

it('lets the demo’s scripts call admin’s public port and nothing else, unless the operator says otherwise', () => {
  expect(gatewayOf({ ...environment, ADMIN_PORT: '1234' })).toMatchObject({
    SCRIPT_HTTP_ALLOWED_HOSTS: '127.0.0.1:1234',
    SCRIPT_ENV_NAMES: 'PENSTOCK_ADMIN_URL',
    PENSTOCK_ADMIN_URL: 'http://127.0.0.1:1234',
  })
  const own = { SCRIPT_HTTP_ALLOWED_HOSTS: 'api.example.com' }
  expect(gatewayOf({ ...environment, ...own })).toMatchObject(own)
})

it('takes ports from the settings', () => {
  const [admin] = processPlan('.', { ...environment, ADMIN_PORT: '1234', ADMIN_OPS_PORT: '1235', HOST: '0.0.0.0' })
  expect(admin).toMatchObject({ url: 'http://127.0.0.1:1234', readyUrl: 'http://127.0.0.1:1235/health/ready' })
})

it('refuses a taken port by naming the process, the port and the setting', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  const plan = processPlan('.', {
    WORKER_OPS_PORT: String(port),
    ADMIN_PORT: '0',
    ADMIN_OPS_PORT: '0',
    GATEWAY_PORT: '0',
    GATEWAY_OPS_PORT: '0',
  })
  await expect(requireFreePorts(plan)).rejects.toMatchObject({
    message: `Port ${port} of worker is taken by another program.`,
    fix: expect.stringContaining('WORKER_OPS_PORT'),
  })
  await new Promise((resolve) => other.close(resolve))
})
