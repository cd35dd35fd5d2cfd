import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'

const PROGRAM = `
import { whenParentGone } from ${JSON.stringify(new URL('./parent-gone.mjs', import.meta.url).href)}
whenParentGone(() => { process.stdout.write('alone\\n'); process.exit() }, { everyMs: 20 })
setTimeout(() => process.exit(), 20_000)
process.stdout.write('ready\\n')
`

it('is noticed when the shell in between is ended, as a kill of npm does', { timeout: 30_000 }, async () => {
  // The second command keeps the shell from becoming the program itself.
  const shell = spawn('sh', ['-c', '"$0" --input-type=module -e "$1"; true', process.execPath, PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  shell.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  while (!output.includes('ready')) await once(shell.stdout, 'data')
  expect(output).toBe('ready\n')
  shell.kill('SIGKILL')
  // The pipe closes with the last process that has it.
  await once(shell, 'close')
  expect(output).toBe('ready\nalone\n')
})
