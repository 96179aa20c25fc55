import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const library = new URL('../../src/index.ts', import.meta.url).href

/** The code of a recipe in `docs/recipes`, importing the library from its sources. */
export function recipe(name: string): string {
  const page = readFileSync(fileURLToPath(new URL(`../../docs/recipes/${name}.md`, import.meta.url)), 'utf8')
  const code = /```js\n([\s\S]*?)```/.exec(page)?.[1]
  if (code === undefined) throw new Error(`docs/recipes/${name}.md has no code`)
  return code.replace("from 'understudy'", `from '${library}'`)
}
