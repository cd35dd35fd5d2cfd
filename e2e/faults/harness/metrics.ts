import type { Gateway } from '../../harness/start-system.js'

/** The sum of a metric over its labels, of those whose line holds `labels`; 0 when there is none. */
export async function metric(gateway: Pick<Gateway, 'opsUrl'>, name: string, labels = ''): Promise<number> {
  const text = await (await fetch(`${gateway.opsUrl}/metrics`)).text()
  return text
    .split('\n')
    .filter((line) => (line.startsWith(`${name}{`) || line.startsWith(`${name} `)) && line.includes(labels))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}

/** The sum of a metric over several gateways. */
export async function total(gateways: readonly Pick<Gateway, 'opsUrl'>[], name: string, labels = ''): Promise<number> {
  const values = await Promise.all(gateways.map((gateway) => metric(gateway, name, labels)))
  return values.reduce((sum, value) => sum + value, 0)
}
