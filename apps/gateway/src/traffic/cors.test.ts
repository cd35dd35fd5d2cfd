import { describe, expect, it } from 'vitest'
import { corsHeaders } from './cors.js'

describe('corsHeaders', () => {
  it('says nothing without an Origin, and where the API allows none', () => {
    expect(corsHeaders(['https://a.example'], undefined)).toEqual({})
    expect(corsHeaders([], 'https://a.example')).toEqual({})
    expect(corsHeaders(undefined, 'https://a.example')).toEqual({})
  })

  it('names the origin exactly when it is allowed, and never grants credentials', () => {
    const allowed = corsHeaders(['https://a.example', 'https://b.example'], 'https://b.example')
    expect(allowed).toMatchObject({ 'Access-Control-Allow-Origin': 'https://b.example', Vary: 'Origin' })
    expect(allowed).not.toHaveProperty('Access-Control-Allow-Credentials')
    expect(corsHeaders(['https://a.example'], 'https://a.example.evil')).toEqual({ Vary: 'Origin' })
    expect(corsHeaders(['*'], 'https://any.example')).toMatchObject({ 'Access-Control-Allow-Origin': '*' })
  })
})
