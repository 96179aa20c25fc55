import { isDeepStrictEqual } from 'node:util'
import { inferredAt } from '../../../spec/inferred.ts'
import type { FlowCase } from '../../case.ts'
import type { Base } from '../body-cases.ts'
import type { Context } from '../context.ts'
import { keyOf } from '../draft.ts'
import { pagingOf, type Resource } from '../resource.ts'
import { flowCase, type Scene } from './flow-case.ts'
import { idsOf, rows, vary } from './list-rows.ts'

/** `limit` and `skip` walk the list once. */
export function pageFlows(context: Context, resource: Resource, list: Base): FlowCase[] {
  const { limit, skip } = pagingOf(list)
  if (!limit) return []
  const { operation } = list.draft
  const parameter = operation.parameters.find((each) => keyOf(each) === limit.key)
  const pointer = parameter?.pointer ?? operation.pointer
  const idsFor = async (scene: Scene, values: Readonly<Record<string, unknown>> = {}): Promise<string[]> =>
    idsOf(resource, await rows(scene, list, values))
  return [
    flowCase(context, {
      name: 'limit and skip walk the list once',
      kind: 'list',
      operation,
      pointer,
      why: inferredAt(context.api.document, pointer),
      checks: ['page-wrong'],
      changesNothing: true,
      play: async (scene) => {
        await vary(scene, resource, undefined)
        const all = await idsFor(scene)
        if (all.length < 2) scene.notReached('the list has fewer than two rows')
        const isRight = await tryLimit(scene, all, (size) => idsFor(scene, { [limit.key]: size }))
        if (!isRight || skip === undefined) return
        await trySkip(scene, all, (at, size) =>
          idsFor(scene, { ...(size !== undefined && { [limit.key]: size }), [skip]: at }),
        )
      },
    }),
  ]
}

async function tryLimit(
  scene: Scene,
  all: readonly string[],
  idsFor: (size: number) => Promise<string[]>,
): Promise<boolean> {
  for (const size of [1, 2, all.length - 1, all.length, all.length + 1]) {
    const first = await idsFor(size)
    if (isDeepStrictEqual(first, all.slice(0, size))) continue
    scene.fail('page-wrong', 'limit does not give the first rows of the list, as many as it says', {
      expected: all.slice(0, size).join(', '),
      got: first.join(', '),
    })
    return false
  }
  return true
}

async function trySkip(
  scene: Scene,
  all: readonly string[],
  idsFrom: (at: number, size?: number) => Promise<string[]>,
): Promise<void> {
  for (const size of [1, 2, 3]) {
    const walked: string[] = []
    for (let at = 0; at < all.length + size; at += size) walked.push(...(await idsFrom(at, size)))
    if (isDeepStrictEqual(walked, all)) continue
    return scene.fail('page-wrong', 'limit and skip do not walk the list once', {
      expected: all.join(', '),
      got: walked.join(', '),
    })
  }
  const beyond = await idsFrom(all.length)
  if (beyond.length > 0)
    scene.fail('page-wrong', 'skip beyond the end gives rows', { expected: 'no rows', got: beyond.join(', ') })
}
