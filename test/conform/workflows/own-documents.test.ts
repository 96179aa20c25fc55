import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isAlias, parse, parseDocument, visit } from 'yaml'
import { ownSpecs } from '../../../src/paths.ts'

const files = readdirSync(ownSpecs).filter((name) => name.endsWith('.arazzo.yaml'))

test.each(files)('%s is read by a parser with default settings and repeats nothing by alias', (name) => {
  const text = readFileSync(join(ownSpecs, name), 'utf8')
  expect(parse(text)).toMatchObject({ arazzo: '1.0.1' })
  let aliases = 0
  visit(parseDocument(text), { Node: (_, node) => void (isAlias(node) && aliases++) })
  expect(aliases).toBeLessThanOrEqual(100)
})
