import { rulesFor } from '../apis/load.ts'
import { openApis } from '../openapi/fetch-remote.ts'
import type { Api } from '../openapi/api.ts'
import { UnderstudyError } from '../errors.ts'
import { ownSpecs } from '../paths.ts'
import { judgeHar } from '../proxy/judge-har.ts'
import type { DocumentOptions } from './options.ts'
import { describeViolation, exitCodeOfProxy, summaryText } from './proxy.ts'

/** `conform <api> --har FILE`: judges what was recorded, and sends nothing. */
export async function conformHar(
  names: readonly string[],
  { har, strict, ...options }: DocumentOptions & { readonly har: string; readonly strict?: boolean },
): Promise<void> {
  if (names.length !== 1) throw new UnderstudyError('USAGE', 'needs the one API whose exchanges are in it', '--har')
  const [api] = (await openApis(options.openapi ?? ownSpecs, names, options)) as [Api]
  const { normalizeQuery } = await rulesFor(api)
  const summary = await judgeHar({
    api,
    file: har,
    ...(normalizeQuery && { normalizeQuery }),
    onViolation: (violation) => void process.stdout.write(`${describeViolation(api, violation)}\n`),
  })
  process.stdout.write(summaryText(summary))
  process.exitCode = exitCodeOfProxy(summary, strict)
}
