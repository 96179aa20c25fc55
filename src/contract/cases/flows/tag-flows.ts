import { inferredAt } from '../../../spec/inferred.ts'
import type { FlowCase } from '../../case.ts'
import type { Context } from '../context.ts'
import { compareAnswers, whyOf } from './comparison.ts'
import { requestOf } from '../draft.ts'
import { flowCase, isOk, seen, statusOf } from './flow-case.ts'
import { atOnce, madeOne, readOne } from './flow-steps.ts'
import { whyStatus } from '../request-case.ts'
import { about, tagOf, tagParameters, type Resource } from '../resource.ts'

const WRITERS = 8

/** What entity tags promise: they change with the content, and a writer who has seen an old one is refused. */
export function tagFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, read, update, delete: removal } = resource
  if (!create || !update || !read || tagParameters(update).length === 0) return []
  const operation = update.draft.operation
  const pointer =
    operation.parameters.find(({ name }) => tagParameters(update).includes(name))?.pointer ?? operation.pointer
  const whyStale = whyStatus(context, operation, '412') ?? inferredAt(context.api.document, pointer)
  return [
    flowCase(context, {
      name: 'an entity tag changes with the content',
      kind: 'state',
      operation,
      pointer,
      why: whyOf(context, update, read),
      checks: ['tag-unchanged'],
      play: async (scene) => {
        const made = await madeOne(scene, resource)
        const first = await readOne(scene, resource, read, made.id)
        const again = await readOne(scene, resource, read, made.id)
        if (tagOf(first) === undefined) scene.notReached('answers carry no entity tag')
        if (tagOf(first) !== tagOf(again)) {
          scene.fail('tag-unchanged', 'the entity tag changes although nothing else does', {
            expected: String(tagOf(first)),
            got: String(tagOf(again)),
          })
        }
        const written = await scene.send(requestOf(about(resource, update, made.id, tagOf(first))), operation)
        if (!isOk(written)) scene.notReached(`the update is refused: ${seen(written)}`)
        const after = await readOne(scene, resource, read, made.id)
        const why = 'which content a tag stands for is not described'
        if (tagOf(after) === tagOf(first)) {
          scene.fail('tag-unchanged', 'the entity tag stays as it was although the content changes', {
            expected: 'another tag',
            got: String(tagOf(after)),
            why,
          })
        }
        if (tagOf(written) !== tagOf(after)) {
          scene.fail('tag-unchanged', 'the update answers with another entity tag than the next read', {
            expected: String(tagOf(after)),
            got: String(tagOf(written)),
            why,
          })
        }
      },
    }),
    flowCase(context, {
      name: 'a stale entity tag is refused',
      kind: 'state',
      operation,
      pointer,
      why: whyStale,
      checks: ['stale-tag-accepted', 'refused-write-changed'],
      play: async (scene) => {
        const made = await madeOne(scene, resource)
        const stale = tagOf(await readOne(scene, resource, read, made.id))
        const written = await scene.send(requestOf(about(resource, update, made.id, stale)), operation)
        if (stale === undefined || !isOk(written))
          return scene.notReached(`the first update is refused: ${seen(written)}`)
        const before = await readOne(scene, resource, read, made.id)
        if (tagOf(before) === stale) scene.notReached('the update has not changed the entity tag')
        const current = tagOf(before) ?? stale
        const writers = [update, ...(removal && tagParameters(removal).length > 0 ? [removal] : [])]
        const wrong = [
          { kind: 'a stale entity tag', tag: stale },
          { kind: 'an entity tag in letters of another case', tag: inOtherCase(current) },
        ]
        for (const { base, kind, tag } of wrong.flatMap((each) => writers.map((base) => ({ ...each, base })))) {
          if (tag === current) continue
          const refused = await scene.send(requestOf(about(resource, base, made.id, tag)), base.draft.operation)
          if (statusOf(refused) < 400) {
            scene.fail('stale-tag-accepted', `${base.draft.method} with ${kind} is accepted`, {
              expected: '412',
              got: seen(refused),
            })
            return
          }
          if ('412' in base.draft.operation.responses && statusOf(refused) !== 412) {
            scene.fail('stale-tag-accepted', `${base.draft.method} with ${kind} is refused with ${statusOf(refused)}`, {
              expected: '412',
              got: seen(refused),
            })
          }
        }
        const after = await readOne(scene, resource, read, made.id)
        compareAnswers(
          scene,
          'refused-write-changed',
          'a write with a stale entity tag changes something',
          before,
          after,
        )
      },
    }),
    flowCase(context, {
      name: 'of several writers with one entity tag exactly one wins',
      kind: 'state',
      operation,
      pointer,
      why: whyStale,
      checks: ['lost-update'],
      play: async (scene) => {
        const made = await madeOne(scene, resource)
        const tag = tagOf(await readOne(scene, resource, read, made.id))
        if (tag === undefined) scene.notReached('answers carry no entity tag')
        const request = requestOf(about(resource, update, made.id, tag))
        const answers = await atOnce(scene, requestOf(about(resource, read, made.id)), WRITERS, request)
        const winners = answers.filter(isOk).length
        if (winners === 0) scene.notReached('every writer is refused')
        if (winners !== 1)
          scene.fail('lost-update', 'several writers with one entity tag win', {
            expected: 'one',
            got: 'more than one',
          })
      },
    }),
  ]
}

/** Tags are compared character by character (RFC 9110, section 8.8.3.2). */
function inOtherCase(tag: string): string {
  return tag.replace(/[a-z]/gi, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()))
}
