import { expect, test } from 'vitest'
import { curlOf } from '../../src/docs/client/request.ts'

const parts = { method: 'POST', base: '', path: '/pets', pathValues: [], query: [], headers: [['content-type', 'application/json']] as const }

test('JSON of several lines is as deep as the option of curl that has it', () => {
  expect(curlOf('http://127.0.0.1', { ...parts, body: '{\n  "name": "Zoe"\n}' })).toBe(
    `curl -i -X POST 'http://127.0.0.1/pets' \\
  -H 'content-type: application/json' \\
  --data-raw '{
    "name": "Zoe"
  }'`,
  )
})

test('a body that is no JSON stays as it is', () => {
  expect(curlOf('', { ...parts, body: '{\n  broken\n}' })).toContain("--data-raw '{\n  broken\n}'")
})
