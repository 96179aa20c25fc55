import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Paths of this repository that a page names in code or links to; patterns and placeholders name no single file. */
function pathsIn(page: string): string[] {
  const text = readFileSync(`${root}${page}`, 'utf8')
  const inCode = [...text.matchAll(/`((?:src|test|lab|openapi|fixtures|docs|\.ci)\/[\w./-]*)`/g)].map(
    ([, path = '']) => path,
  )
  const linked = [...text.matchAll(/\]\(((?!https?:|#)[^)#]+)/g)].map(([, path = '']) =>
    page.startsWith('docs/') ? `docs/${path}` : path,
  )
  return [...new Set([...inCode, ...linked])]
}

test.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/lifecycle.md'])('every file that %s names is there', (page) => {
  const paths = pathsIn(page)
  expect(paths.length).toBeGreaterThan(5)
  expect(paths.filter((path) => !existsSync(`${root}${path}`))).toEqual([])
})
