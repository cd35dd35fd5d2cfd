import { describe, expect, it } from 'vitest'
import { primaryOptions } from './connection-options.js'
import { redisAddress } from './redis-address.js'

const open = { username: undefined, password: undefined, tls: false }

describe('redisAddress', () => {
  it('reads every part of a single server, and a password with the characters that passwords have', () => {
    expect(redisAddress('rediss://worker:p%40ss%2Fword@queue.example:6380/3')).toEqual({
      kind: 'single',
      node: { host: 'queue.example', port: 6380 },
      db: 3,
      username: 'worker',
      password: 'p@ss/word',
      tls: true,
    })
    expect(redisAddress('redis://localhost')).toEqual({
      kind: 'single',
      node: { host: 'localhost', port: 6379 },
      db: 0,
      ...open,
    })
    expect(redisAddress('redis://:secret@[::1]:7000/')).toMatchObject({
      node: { host: '::1', port: 7000 },
      password: 'secret',
      username: undefined,
    })
  })

  it('reads sentinels with the name that they watch, and clusters', () => {
    expect(redisAddress('redis+sentinel://:secret@one,two:26380/main/2')).toEqual({
      kind: 'sentinel',
      sentinels: [
        { host: 'one', port: 26379 },
        { host: 'two', port: 26380 },
      ],
      name: 'main',
      db: 2,
      username: undefined,
      password: 'secret',
      tls: false,
    })
    expect(redisAddress('rediss+cluster://a:7000,b:7001')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 7001 },
      ],
      ...open,
      tls: true,
    })
  })

  it.each([
    ['http://localhost', /must be redis/],
    ['redis://a,b', /must name one host/],
    ['redis://localhost:70000', /host:port/],
    ['redis://localhost/first', /database/],
    ['redis+sentinel://one:26379', /must name what the sentinels watch/],
    ['redis+cluster://a:7000/1', /a cluster has none/],
    ['redis://:hush%@localhost', /%25/],
  ])('refuses %s with a sentence that says what is wrong and never holds a password', (url, sentence) => {
    expect(() => redisAddress(url)).toThrow(sentence)
    expect(() => redisAddress(url)).not.toThrow(/hush/)
  })
})

describe('primaryOptions', () => {
  it('says how to reach the primary of a single server and of sentinels, and refuses a cluster', () => {
    expect(primaryOptions('rediss://u:p@h:1/2')).toMatchObject({ host: 'h', port: 1, db: 2, username: 'u', tls: {} })
    expect(primaryOptions('redis+sentinel://s/main')).toMatchObject({ name: 'main', sentinels: [{ host: 's' }] })
    expect(() => primaryOptions('redis+cluster://a')).toThrow('no one primary')
  })

  it('connects anew when the primary has become a replica, and for no other refusal', () => {
    const { reconnectOnError } = primaryOptions('redis://h')
    const says = (message: string) => reconnectOnError?.(new Error(message))
    expect([says("READONLY You can't write against a read only replica."), says('NOSCRIPT none')]).toEqual([
      true,
      false,
    ])
  })
})
