import type { FlowRunner } from '../case.ts'
import type { Context } from '../context.ts'
import { prefixOf } from './draft.ts'

/**
 * The paths, such as `/Api`, below which the `servers` of the spec promise the API as well, besides the one that the suite
 * works with; none where a target file or the base URL has chosen one.
 */
export function otherBases(context: Context): readonly string[] {
  const { api, target } = context
  if (target.described || !(api.bases.includes('') || prefixOf(context) !== '')) return []
  return api.bases.filter((base) => base !== '')
}

/** Whether there is anything below the path: a server that has it answers there as it does at the plain path. */
export async function servesBase({ api }: Context, runner: Pick<FlowRunner, 'send'>, base: string): Promise<boolean> {
  const path = api.operations[0]?.path ?? '/'
  const statusOf = async (method: string, at: string): Promise<number | undefined> => {
    const { outcome } = await runner.send({ method, path: at, headers: [] })
    return outcome.kind === 'answer' ? outcome.status : undefined
  }
  for (const method of ['PUT', api.operations[0]?.method ?? 'GET'])
    if ((await statusOf(method, path)) !== (await statusOf(method, `${base}${path}`))) return false
  return true
}
