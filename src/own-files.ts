import { dirname, join } from 'node:path'
import type { Api } from './openapi/api.ts'
import { ownFixtures, ownSpecs } from './paths.ts'

/** Whether an API is one of the package's own, by where its document lies. */
export function isOwn({ files: [file] }: Pick<Api, 'files'>): boolean {
  return file !== undefined && dirname(file) === dirname(join(ownSpecs, '_'))
}

/** Where the fixtures of an API lie: those of the package for its own, none for somebody else's unless a folder is named. */
export function fixturesOf(api: Pick<Api, 'files'>, fixtures: string | undefined): string | undefined {
  return fixtures ?? (isOwn(api) ? ownFixtures : undefined)
}
