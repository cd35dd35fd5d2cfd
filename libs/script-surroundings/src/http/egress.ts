import { HttpRefused } from '@penstock/pipeline'

export interface Egress {
  /** Takes a place of a caller; the returned function gives it back. Throws when all of his are taken. */
  enter(caller: string): () => void
}

/** At most so many requests under way for each caller, so that no caller can use this process to flood a host. */
export function egress(perCallerMax: number): Egress {
  const underWay = new Map<string, number>()
  return {
    enter(caller) {
      const count = underWay.get(caller) ?? 0
      if (count >= perCallerMax)
        throw new HttpRefused(`more than ${perCallerMax} requests of scripts are under way for this caller`)
      underWay.set(caller, count + 1)
      let isHeld = true
      return () => {
        if (!isHeld) return
        isHeld = false
        const left = (underWay.get(caller) ?? 1) - 1
        if (left === 0) underWay.delete(caller)
        else underWay.set(caller, left)
      }
    },
  }
}
