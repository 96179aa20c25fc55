import { expect, test } from 'vitest'
import { curlOf, masked } from '../../../src/conform/report/curl.ts'

const secret = `p@ss/wörd "1'`
const secrets = { PASSWORD: secret, SHORT: 'p@ss' }

test.each([
  ['as it is', secret],
  ['percent-encoded', encodeURIComponent(secret)],
  ['percent-encoded in lower case', encodeURIComponent(secret).replaceAll(/%../g, (code) => code.toLowerCase())],
  ['percent-encoded as a form', new URLSearchParams({ a: secret }).toString().slice(2)],
  ['in JSON', JSON.stringify(secret).slice(1, -1)],
  ['in JSON with escapes for all that is not ASCII', String.raw`p@ss/w\u00f6rd \"1'`],
])('a secret is hidden %s', (_, form) => {
  expect(masked(`before ${form} behind`, secrets)).toBe('before ${PASSWORD} behind')
})

test.each(['', 'a', 'ab', 'abc', 'user:'])('a secret is hidden in the Base64 of it behind %j', (before) => {
  for (const encoding of ['base64', 'base64url'] as const) {
    const shown = masked(Buffer.from(`${before}${secret} and more`).toString(encoding), secrets)
    expect(shown).toContain('${PASSWORD}')
    expect(Buffer.from(shown.replace('${PASSWORD}', ''), encoding).toString()).not.toMatch(/wörd|@ss\/w/)
  }
})

test('a longer secret wins over one that is a part of it, and other text stays', () => {
  expect(masked(`p@ss ${secret} pass`, secrets)).toBe('${SHORT} ${PASSWORD} pass')
})

test('a command names the variable in place of a secret, in whatever form, and can be pasted', () => {
  const sent = {
    method: 'GET',
    path: '/',
    url: `http://127.0.0.1/?key=${encodeURIComponent(secret)}`,
    headers: [['x-auth', `it's ${secret}`]] as const,
  }
  expect(curlOf(sent, secrets)).toBe(
    String.raw`curl -sS -i --path-as-is -X GET 'http://127.0.0.1/?key='"$PASSWORD"'' -H 'x-auth: it'\''s '"$PASSWORD"''`,
  )
})
