import { describe, expect, it } from 'vitest'
import { CallSignal } from './call-signal.js'

describe('CallSignal', () => {
  it('tells each listener once, with the first reason', () => {
    const signal = new CallSignal()
    const heard: unknown[] = []
    const listener = () => heard.push(signal.reason)
    signal.addEventListener('abort', listener)
    signal.addEventListener('abort', listener)
    signal.addEventListener('abort', { handleEvent: (event: Event) => heard.push(event.type) })
    signal.abort('first')
    signal.abort('second')
    expect(heard).toEqual(['first', 'abort'])
    expect(signal.reason).toBe('first')
  })

  it('does not tell who left, also when somebody leaves while it is being told', () => {
    const signal = new CallSignal()
    const heard: string[] = []
    const left = () => heard.push('left')
    signal.addEventListener('abort', left)
    signal.addEventListener('abort', () => signal.removeEventListener('abort', left))
    signal.removeEventListener('abort', left)
    signal.abort('gone')
    expect(heard).toEqual([])
  })

  it('throws its reason when it is aborted, and nothing before', () => {
    const signal = new CallSignal()
    expect(() => signal.throwIfAborted()).not.toThrow()
    const reason = new Error('gone')
    signal.abort(reason)
    expect(() => signal.throwIfAborted()).toThrow(reason)
  })
})
