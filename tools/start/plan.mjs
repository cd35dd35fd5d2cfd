// What runs, with which settings and on which ports.
import { join } from 'node:path'
import { BUNDLED_APPS } from '../bundle.mjs'
import { Fault } from '../services/fault.mjs'
import { isFree } from '../services/free-port.mjs'

// The gateway faces the outside; from what it is given nobody can sign a person's token or open the configuration database.
const NOT_FOR_THE_GATEWAY = [
  /^SECRET_KEY$/,
  /^ENCRYPTION_KEY$/,
  /^DATABASE_URL$/,
  /^POSTGRES_/,
  /^EMBEDDED_POSTGRES_/,
  /^FIRST_SUPERUSER/,
]

const APPS = {
  admin: { port: ['ADMIN_PORT', 8001], opsPort: ['ADMIN_OPS_PORT', 9001] },
  gateway: { port: ['GATEWAY_PORT', 8000], opsPort: ['GATEWAY_OPS_PORT', 9000] },
  worker: { opsPort: ['WORKER_OPS_PORT', 9002] },
}

/** What is run of an app. */
function programOf(root, name) {
  return join(root, 'apps', name, 'dist', ...(BUNDLED_APPS.includes(name) ? ['bundle'] : []), 'main.js')
}

/** The processes of one machine in their order of starting: program, environment, ports, and where each says that it is ready. */
export function processPlan(root, given) {
  const host = reachable(given.HOST)
  const environment = forDemoScripts(given, host)
  return Object.entries(APPS).map(([name, ports]) => {
    const port = ports.port && portOf(environment, ports.port)
    const opsPort = portOf(environment, ports.opsPort)
    return {
      name,
      program: programOf(root, name),
      environment: name === 'gateway' ? forGateway(environment) : environment,
      ports: [ports.port, ports.opsPort]
        .filter((pair) => pair !== undefined)
        .map((pair) => ({ variable: pair[0], number: portOf(environment, pair) })),
      url: port === undefined ? undefined : `http://${host}:${port}`,
      readyUrl: `http://${host}:${opsPort}/health/ready`,
      opsUrl: `http://${host}:${opsPort}`,
    }
  })
}

/** Refuses when a port of the plan is taken, naming the program's setting. */
export async function requireFreePorts(plan, host = '127.0.0.1') {
  for (const { name, ports } of plan) {
    for (const { variable, number } of ports) {
      if (await isFree(number, host)) continue
      throw new Fault(
        `Port ${number} of ${name} is taken by another program.`,
        `Stop that program (lsof -i :${number} names it), or set ${variable} in .env to another port.`,
      )
    }
  }
}

/**
 * The demo has a script that asks for admin's health, so scripts may call that one host and port, and know it by a variable. What the operator
 * says wins, and without the demo nothing is allowed.
 */
function forDemoScripts(environment, host) {
  if (environment.DEMO_ENABLED === 'false') return environment
  const address = `${host}:${portOf(environment, APPS.admin.port)}`
  return {
    SCRIPT_HTTP_ALLOWED_HOSTS: address,
    SCRIPT_ENV_NAMES: 'PENSTOCK_ADMIN_URL',
    PENSTOCK_ADMIN_URL: `http://${address}`,
    ...environment,
  }
}

const portOf = (environment, [variable, number]) => Number(environment[variable] ?? number)

const forGateway = (environment) =>
  Object.fromEntries(
    Object.entries(environment).filter(([name]) => !NOT_FOR_THE_GATEWAY.some((secret) => secret.test(name))),
  )

// A server that listens on all interfaces is reached on loopback too.
const reachable = (host) => (host === undefined || host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host)
