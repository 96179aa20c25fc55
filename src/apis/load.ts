import { existsSync } from 'node:fs'
import type { Rules } from '../mock/handlers/handler.ts'
import type { Api } from '../openapi/api.ts'
import { isOwn } from '../paths.ts'

const noRules: Rules = { handlers: {} }

/** The rules of `apis/<name>/`, found by name so that there is no registry to edit; somebody else's specs have none. */
export async function rulesFor(api: Api): Promise<Rules> {
  if (!isOwn(api)) return noRules
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const file = new URL(`./${api.name}/index.${extension}`, import.meta.url)
  if (!existsSync(file)) return noRules
  const { rules } = (await import(file.href)) as { rules: Rules }
  return rules
}
