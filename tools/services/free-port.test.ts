import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { freePort, isFree } from './free-port.mjs'

const PROCESSES = 4
const EACH = 200
const program = `
  const { freePort } = await import(${JSON.stringify(fileURLToPath(new URL('free-port.mjs', import.meta.url)))})
  for (let i = 0; i < ${EACH}; i += 1) console.log(await freePort())`

it('gives no port to two processes, and none that the kernel gives to outgoing connections', async () => {
  const outputs = await Promise.all(
    Array.from({ length: PROCESSES }, () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]),
    ),
  )
  const ports = outputs.flatMap(({ stdout }) => stdout.trim().split('\n').map(Number))
  expect(new Set(ports).size).toBe(PROCESSES * EACH)
  expect(Math.max(...ports)).toBeLessThan(32_768)
})

it('says of a port whether a server could listen there', async () => {
  const port = await freePort()
  expect(await isFree(port)).toBe(true)
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  expect(await isFree(port)).toBe(false)
  await new Promise((resolve) => server.close(resolve))
})
