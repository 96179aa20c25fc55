import { printable } from '../output/printable.ts'
import type { Reloaded } from '../assembly/watch.ts'

const MAX_ROWS = 20

/** What `serve --watch` says of a change. */
export function reloadLines(reloaded: Reloaded): string {
  const files = reloaded.files.map(printable).join(', ')
  if (reloaded.kind === 'refused')
    return `understudy: ${printable(reloaded.error.message)}\nunderstudy: ${files} changed; the last valid version is still served\n`
  const { dropped } = reloaded
  const named = dropped
    .slice(0, MAX_ROWS)
    .map(
      ({ api, collection, key, message }) =>
        `  ${api}/${collection} ${printable(JSON.stringify(key))}: ${printable(message)}`,
    )
  const count =
    dropped.length === 1
      ? '1 row no longer fits and was left out:'
      : `${dropped.length} rows no longer fit and were left out:`
  const more = dropped.length > MAX_ROWS ? [`  and ${dropped.length - MAX_ROWS} more`] : []
  return [`Reloaded ${files}`, ...(dropped.length > 0 ? [count, ...named, ...more] : []), ''].join('\n')
}
