import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Linux counts processor time in hundredths of a second (USER_HZ). */
const TICK_US = 10_000

/** User and system time that a process has used, in microseconds. */
export function cpuUs(pid: number): number {
  const stat = `/proc/${pid}/stat`
  if (existsSync(stat)) {
    // The name in parentheses may hold blanks; the fields after it do not.
    const fields = readFileSync(stat, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * TICK_US
  }
  const [minutes = 0, seconds = 0] = ps(pid, 'time').split(':').map(Number).slice(-2)
  return (minutes * 60 + seconds) * 1_000_000
}

/** Resident memory of a process. */
export function residentBytes(pid: number): number {
  const status = `/proc/${pid}/status`
  if (!existsSync(status)) return Number(ps(pid, 'rss')) * 1024
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(status, 'utf8'))?.[1]) * 1024
}

function ps(pid: number, field: string): string {
  return execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' }).trim()
}
