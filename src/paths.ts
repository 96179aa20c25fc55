import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Api } from './openapi/api.ts'

/** Where the package keeps its own specs, fixtures and contracts, whether it runs from `src` or from `dist`. */
export const packageFolder = fileURLToPath(new URL('..', import.meta.url))
export const ownSpecs = fileURLToPath(new URL('../openapi', import.meta.url))
export const ownFixtures = fileURLToPath(new URL('../fixtures', import.meta.url))
export const ownContracts = fileURLToPath(new URL('../contracts', import.meta.url))

/** Whether an API is one of the package's own, by where its document lies. */
export function isOwn({ files: [file] }: Pick<Api, 'files'>): boolean {
  return file !== undefined && dirname(file) === dirname(join(ownSpecs, '_'))
}

/** Where the fixtures of an API lie: those of the package for its own, none for somebody else's unless a folder is named. */
export function fixturesOf(api: Pick<Api, 'files'>, fixtures: string | undefined): string | undefined {
  return fixtures ?? (isOwn(api) ? ownFixtures : undefined)
}
