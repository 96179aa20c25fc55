import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageFolder } from '../../src/paths.ts'

const page = readFileSync(join(packageFolder, 'docs/without-us.md'), 'utf8')
const witnesses = JSON.parse(readFileSync(join(packageFolder, 'lab/witnesses/package.json'), 'utf8')) as {
  dependencies: Record<string, string>
}

test('the page about using the files without the kit names the versions that the witnesses run', () => {
  const named = [...page.matchAll(/ (@?[a-z][\w./-]*)@(\d+\.\d+\.\d+)/g)].map(([, name = '', version]) => [
    name,
    version,
  ])
  expect(named.length).toBeGreaterThanOrEqual(5)
  for (const [name = '', version] of named)
    expect({ name, version }).toEqual({ name, version: witnesses.dependencies[name] })
})

test('its commands name files that are there', () => {
  for (const [file] of page.matchAll(/(?:openapi|contracts|lab\/witnesses)\/[\w-]+\.(?:yaml|arazzo\.yaml|pact\.json)/g))
    expect(() => readFileSync(join(packageFolder, file))).not.toThrow()
})
