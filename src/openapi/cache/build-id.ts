import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const file = new URL('../../../dist/build-id', import.meta.url)

/** Which code opens documents, known once the kit is built: what another build has kept may be of another shape. Throws where there is none. */
export function readBuildId(): string {
  // What runs from its sources may be other code at each start.
  if (!import.meta.url.endsWith('.js')) throw new Error('is not built')
  return readFileSync(file, 'utf8')
}

/** Writes it when the kit is built. */
export function writeBuildId(): void {
  const folder = fileURLToPath(new URL('..', import.meta.url))
  const hash = createHash('sha256')
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted())
    if (name.endsWith('.js')) hash.update(readFileSync(join(folder, name)))
  writeFileSync(file, hash.digest('hex'))
}
