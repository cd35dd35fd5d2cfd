import { describe, expect, it } from 'vitest'
import { redisOptions } from './redis-options.js'

describe('redisOptions', () => {
  it('reads every part of a URL, and a password with the characters that passwords have', () => {
    expect(redisOptions('rediss://worker:p%40ss%2Fword@queue.example:6380/3')).toMatchObject({
      host: 'queue.example',
      port: 6380,
      username: 'worker',
      password: 'p@ss/word',
      db: 3,
      tls: {},
      maxRetriesPerRequest: null,
    })
  })

  it('needs no more than a host', () => {
    expect(redisOptions('redis://localhost')).toMatchObject({
      host: 'localhost',
      port: 6379,
      maxRetriesPerRequest: null,
    })
  })
})
