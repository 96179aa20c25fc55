import { readFileSync } from 'node:fs'
import { UnderstudyError } from '../../errors.ts'
import type { Trust } from './connection.ts'

/** What `--ca FILE` and `--insecure` say. Throws USAGE for a file that cannot be read. */
export function readTrust({
  ca,
  insecure = false,
}: {
  readonly ca?: string | undefined
  readonly insecure?: boolean | undefined
}): Trust {
  if (ca === undefined) return { insecure }
  try {
    return { ca: readFileSync(ca, 'utf8'), insecure }
  } catch (error) {
    throw new UnderstudyError('USAGE', `cannot be read (${(error as NodeJS.ErrnoException).code})`, ca)
  }
}
