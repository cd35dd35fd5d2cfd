import type { PrometheusSink } from '@penstock/telemetry'
import type { ScriptEngineFact } from '@penstock/script-quickjs'
import type { ScriptRunner } from '@penstock/script'
import { Counter, Gauge, Histogram } from 'prom-client'

/** What is counted of scripts. */
export interface ScriptMetrics {
  heard(fact: ScriptEngineFact): void
  /** Says that a job was given to the engine; the returned function says how it ended and how long it waited. */
  began(): (kind: string, usage: { readonly queueMs: number; readonly wallMs: number }) => void
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Counters of script jobs and of what the engine had to do about them. */
export function scriptMetrics(registry: PrometheusSink['registry']): ScriptMetrics {
  const registers = [registry]
  const jobs = new Counter({
    name: 'penstock_script_jobs_total',
    help: 'Jobs of the script engine, by how they ended.',
    labelNames: ['outcome'],
    registers,
  })
  const running = new Gauge({ name: 'penstock_script_jobs', help: 'Jobs that wait or run now.', registers })
  const queue = new Histogram({
    name: 'penstock_script_queue_seconds',
    help: 'How long jobs waited for a free instance.',
    buckets: SECONDS,
    registers,
  })
  const duration = new Histogram({
    name: 'penstock_script_run_seconds',
    help: 'How long jobs ran, waiting for the host included.',
    buckets: SECONDS,
    registers,
  })
  const engine = new Counter({
    name: 'penstock_script_engine_total',
    help: 'What the engine had to do: host processes started and lost, threads killed, scripts suspended.',
    labelNames: ['event'],
    registers,
  })
  return {
    heard: ({ kind }) => engine.inc({ event: kind }),
    began() {
      running.inc()
      return (outcome, { queueMs, wallMs }) => {
        running.dec()
        jobs.inc({ outcome })
        queue.observe(queueMs / 1000)
        duration.observe(wallMs / 1000)
      }
    },
  }
}

/** A runner whose jobs are counted. */
export function countedRunner(inner: ScriptRunner, metrics: ScriptMetrics): ScriptRunner {
  return {
    ...inner,
    async run(job) {
      const ended = metrics.began()
      const outcome = await inner.run(job)
      ended(outcome.kind, outcome.usage)
      return outcome
    },
  }
}
