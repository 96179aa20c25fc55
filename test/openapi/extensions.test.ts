import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { extensionNames, limitsOf, opennessOf, variablesIn } from '../../src/openapi/extensions.ts'
import { isObject } from '../../src/openapi/pointer.ts'
import { ownSpecs, packageFolder } from '../../src/paths.ts'

test('our documents carry the listed extensions and no others, at most twelve', () => {
  const used = new Set<string>()
  for (const name of readdirSync(ownSpecs).filter((each) => each.endsWith('.yaml')))
    for (const each of namesIn(parse(readFileSync(join(ownSpecs, name), 'utf8')))) used.add(each)
  expect([...used].toSorted()).toEqual([...extensionNames].toSorted())
  expect(extensionNames.length).toBeLessThanOrEqual(12)
})

test('the page of extensions shows each of them with an example that is YAML', () => {
  const page = readFileSync(join(packageFolder, 'docs/extensions.md'), 'utf8')
  const sections = page.split('\n## ').slice(1)
  const names = sections.map((section) => section.split('\n', 1)[0] ?? '')
  expect(names.toSorted()).toEqual([...extensionNames].toSorted())
  for (const section of sections) {
    const [, example = ''] = /```yaml\n([^]*?)```/.exec(section) ?? []
    expect(namesIn(parse(example))).toContain(section.split('\n', 1)[0])
  }
})

describe('an extension is read as', () => {
  test('variables with their marks, and none of what is no variable', () => {
    const variables = { id: { value: 1, description: 'An id.', once: true }, odd: 7 }
    expect(variablesIn({ 'x-variables': variables })).toEqual([
      { name: 'id', value: 1, description: 'An id.', once: true, own: false },
    ])
    expect(variablesIn({})).toEqual([])
  })

  test('what a schema leaves open, reasons for keywords apart', () => {
    const open = opennessOf({ 'x-open': { rule: 'The id has to exist.', accepts: '^a', instead: 'If-Match', enum: 'why' } })
    expect(open).toEqual({ rule: 'The id has to exist.', accepts: /^a/u, instead: 'if-match' })
    expect(opennessOf({ 'x-open': 'a server may well differ' })).toEqual({})
  })

  test('limits, as far as they are numbers', () => {
    expect(limitsOf({ 'x-limits': { bytes: 10, files: 'many' } })).toEqual({ bytes: 10 })
    expect(limitsOf(undefined)).toEqual({})
  })
})

function namesIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(namesIn)
  if (!isObject(node)) return []
  return Object.entries(node).flatMap(([name, value]) => [...(name.startsWith('x-') ? [name] : []), ...namesIn(value)])
}
