// The official JSON Schemas of OpenAPI 3.1 and Arazzo 1.0, judged by an implementation that is none of ours.
// usage: node schemas.mjs <folder of documents>
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import '@hyperjump/json-schema/draft-2020-12'
import { registerSchema, validate } from '@hyperjump/json-schema/openapi-3-1'
import { parse } from 'yaml'

const [folder] = process.argv.slice(2)
const arazzo = createRequire(import.meta.url)('@stoplight/spectral-rulesets/dist/arazzo/schemas/arazzo/v1.0/index.json')
registerSchema(arazzo)
const openapi = await validate('https://spec.openapis.org/oas/3.1/schema-base')
const workflows = await validate(arazzo.$id)

const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
let invalid = 0
for (const name of files) {
  const document = parse(readFileSync(join(folder, name), 'utf8'))
  const result = (name.endsWith('.arazzo.yaml') ? workflows : openapi)(document, 'BASIC')
  if (result.valid) continue
  invalid++
  for (const error of result.errors ?? [])
    console.log(`${name}${error.instanceLocation} breaks ${error.absoluteKeywordLocation}`)
}
console.log(`${files.length} documents, ${invalid} invalid by the official schemas`)
process.exitCode = invalid > 0 ? 1 : 0
