import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { tryDocument } from '../../lab/corpus/try-document.ts'

const folder = dirname(createRequire(import.meta.url).resolve('@readme/oas-examples/package.json'))

/** Small ones; `npm run corpus -- --conform FILE…` takes any. */
const documents = [
  '2.0/json/petstore-minimal.json',
  '3.0/yaml/circular.yaml',
  '3.0/yaml/file-uploads.yaml',
  '3.0/yaml/form-data.yaml',
  '3.0/yaml/parameters-cookies.yaml',
  '3.0/yaml/response-examples.yaml',
  '3.0/yaml/security-multiple.yaml',
  '3.0/yaml/uspto.yaml',
  '3.1/yaml/parameters-style.yaml',
  '3.1/yaml/petstore-simple.yaml',
  '3.1/yaml/security.yaml',
  '3.1/yaml/webhooks.yaml',
]

/** What those do not have. */
const own = [
  'closed-parts',
  'conditions',
  'contradictions',
  'directions',
  'envelopes',
  'forms',
  'keys',
  'other-answers',
  'streams',
].map((name) => fileURLToPath(new URL(`documents/${name}.yaml`, import.meta.url)))

describe("somebody else's document", () => {
  test.each(own)('%s is kept by its mock, as far as anybody can tell', async (file) => {
    const { failures, flaky } = await tryDocument(file, 30_000)
    expect([...failures, ...flaky].map(({ key }) => key)).toEqual([])
  })

  test.each(documents)('%s is kept by its mock, as far as anybody can tell', async (name) => {
    const { failures, flaky } = await tryDocument(join(folder, name), 30_000)
    expect([...failures, ...flaky].map(({ key }) => key)).toEqual([])
  })
})
