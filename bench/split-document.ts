import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Writes a document of 601 YAML files, always the same, and returns its root file: 300 paths and 300 schemas, ten of which refer to one another. */
export function writeSplitDocument(folder: string): string {
  for (const name of ['paths', 'schemas']) mkdirSync(join(folder, name), { recursive: true })
  const numbers = Array.from({ length: 300 }, (_, number) => number)
  for (const number of numbers) {
    writeFileSync(join(folder, 'schemas', `thing-${number}.yaml`), schemaFile(number))
    writeFileSync(join(folder, 'paths', `things-${number}.yaml`), pathFile(number))
  }
  const root = join(folder, 'openapi.yaml')
  const paths = numbers.map((number) => `  /things-${number}: { $ref: paths/things-${number}.yaml }\n`)
  writeFileSync(root, `openapi: 3.0.3\ninfo: { title: Split, version: '1' }\npaths:\n${paths.join('')}`)
  return root
}

function schemaFile(number: number): string {
  const part = number % 10 === 9 ? '' : `  part: { $ref: thing-${number + 1}.yaml }\n`
  return `type: object
required: [id, name]
properties:
  id: { type: string, format: uuid }
  name: { type: string, minLength: 1, maxLength: 80 }
  count: { type: integer, minimum: 0 }
  status: { type: string, enum: [open, closed, archived] }
  createdAt: { type: string, format: date-time }
  tags: { type: array, items: { type: string } }
${part}`
}

function pathFile(number: number): string {
  const schema = `{ $ref: ../schemas/thing-${number}.yaml }`
  return `get:
  operationId: listThings${number}
  summary: Lists the things of kind ${number}
  parameters:
    - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 100 } }
  responses:
    '200':
      description: The things
      content: { application/json: { schema: { type: array, items: ${schema} } } }
post:
  operationId: createThing${number}
  summary: Makes a thing of kind ${number}
  requestBody: { required: true, content: { application/json: { schema: ${schema} } } }
  responses:
    '201':
      description: The thing
      content: { application/json: { schema: ${schema} } }
`
}
