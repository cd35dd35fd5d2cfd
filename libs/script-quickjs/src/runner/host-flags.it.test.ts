import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { hostFlags } from './host-flags.js'

/** Runs a line of Node as the script host is run; what it prints. */
async function asHost(code: string): Promise<string> {
  const attempt = `try { console.log(${code}) } catch (error) { console.log(error.code ?? error.name) }`
  const { stdout } = await promisify(execFile)(process.execPath, [...hostFlags(), '--print', '0', '--eval', attempt], {
    env: {},
    cwd: '/',
  })
  return stdout.split('\n')[0] ?? ''
}

it('gives the host no file of others, no process, no code from text, nothing of its parent', async () => {
  expect(await asHost("require('fs').readFileSync('/etc/hostname', 'utf8')")).toBe('ERR_ACCESS_DENIED')
  expect(await asHost("require('fs').readFileSync(`/proc/${process.ppid}/environ`, 'utf8')")).toBe('ERR_ACCESS_DENIED')
  expect(await asHost("require('fs').writeFileSync('/tmp/left-behind', '')")).toBe('ERR_ACCESS_DENIED')
  expect(await asHost("require('child_process').execSync('true')")).toBe('ERR_ACCESS_DENIED')
  expect(await asHost("new Function('return 1')()")).toBe('EvalError')
  expect(await asHost('Object.keys(process.env).length')).toBe('0')
})

it('lets it read the processor time of its own threads, by which it charges scripts', async () => {
  expect(await asHost("require('fs').readFileSync('/proc/thread-self/schedstat', 'utf8').trim()")).toMatch(
    /^\d+ \d+ \d+$/,
  )
})
