import type { Defence } from '../protocol/defences.js'

/** Facts of the engine worth telling; none holds anything of a request. */
export type ScriptEngineFact =
  /** A host process serves: how long it took from its start, or from the loss of the one before. */
  | { readonly kind: 'script-host.started'; readonly pid: number; readonly tookMs: number }
  /** The host process ended in mid-life; its running jobs are lost. */
  | { readonly kind: 'script-host.lost'; readonly jobsLost: number; readonly detail: string }
  /** No script can run for as long as this process lives: what every script begins with does not evaluate. */
  | { readonly kind: 'script-host.broken'; readonly why: string }
  /** A thread did not answer by its deadline and was ended. */
  | { readonly kind: 'script.killed'; readonly apiId: string; readonly files: readonly string[] }
  /** A program had to be ended again and again: it is not run for so long. */
  | {
      readonly kind: 'script.suspended'
      readonly apiId: string
      readonly files: readonly string[]
      readonly forMs: number
      readonly before: number
    }

export interface ScriptRunnerOptions {
  /**
   * Guest JavaScript, evaluated before everything that authors write. Its completion value is a function `(host, contextJson) => ctx` with
   * host = `{ call(name, argsJson): Promise<string>, log(level, text): void, zone: string, offsetAt(zone, ms): number }`: the zone of local time,
   * and how many milliseconds clocks of a zone are ahead of UTC (NaN: no such zone). It must not hand out `host` itself.
   */
  readonly prelude: string
  /** The IANA name of the zone in which local times of scripts are; UTC when left out. One that does not exist throws a RangeError. */
  readonly timeZone?: string
  /** Bundled ESM source by the name that scripts import. */
  readonly extraModules?: ReadonlyMap<string, string>
  /** Jobs that run at once at most; twice the cores when left out. */
  readonly instancesMax?: number
  /** What no job's heap may exceed, whatever its budget says; 64 MiB when left out. */
  readonly memoryBytesMax?: number
  /** Jobs that may wait in all; 1,000 when left out. One API may fill half of it. */
  readonly queueMax?: number
  /** How long a thread may be idle before it ends, down to two that stay warm; 30 s when left out. */
  readonly threadIdleMs?: number
  readonly observe?: (fact: ScriptEngineFact) => void
}

/** For tests of the containment alone: a runner whose named defences are off. Not part of the lib's public face. */
export type WeakenedOptions = ScriptRunnerOptions & { readonly withoutDefences: readonly Defence[] }
