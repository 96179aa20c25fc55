import type { CheckId } from '../../conform/check.ts'
import { isJson } from '../../openapi/media-type.ts'
import { answeringItself, changingRequests, jsonIn, type Behaviour } from '../call.ts'
import { defect, type SeededDefect } from '../defect.ts'
import { plainest, refusalOf, type Material } from '../samples.ts'

/** The request bodies as a whole: what does not parse, other types, nothing at all. */
export function wholeBodyDefects(material: Material): SeededDefect[] {
  return material.api.operations.flatMap((operation) => {
    const sample = plainest(material, operation)
    const type = sample?.request.headers['content-type']
    if (sample === undefined || type === undefined || operation.requestBody === undefined) return []
    const of = (operator: string, expected: readonly CheckId[], create: SeededDefect['create']): SeededDefect =>
      defect(material, operation, { operator, target: '', tier: 'assumed', expected, create })
    const taken = (
      when: (body: Buffer, contentType: string | undefined) => boolean,
      more: { readonly body?: Buffer } = {},
    ): Behaviour =>
      changingRequests(({ operation: called, request }) =>
        called === operation && when(request.body, request.headers['content-type'])
          ? { ...request, headers: { ...request.headers, 'content-type': type }, ...more }
          : undefined,
      )
    const essence = (contentType: string | undefined): string =>
      (contentType ?? '').replace(/;.*/, '').trim().toLowerCase()
    const declared = Object.keys(operation.requestBody.content)
    const foreign = (contentType: string | undefined): boolean =>
      contentType !== undefined && !declared.includes(essence(contentType))
    const common = [
      of('media-type-ignored', ['media-type-accepted', 'invalid-accepted', 'flow'], () =>
        taken((_, contentType) => foreign(contentType), { body: sample.request.body }),
      ),
    ]
    if (!isJson(type)) return common
    const refusal = refusalOf(material, operation, 415)
    return [
      ...common,
      of('syntax-ignored', ['invalid-accepted', 'media-type-accepted', 'flow'], () =>
        taken((body, contentType) => body.byteLength > 0 && !foreign(contentType) && jsonIn({ body }) === undefined, {
          body: sample.request.body,
        }),
      ),
      of('empty-body-accepted', ['invalid-accepted', 'media-type-accepted'], () =>
        taken((body) => body.byteLength === 0, { body: sample.request.body }),
      ),
      of('charset-refused', ['valid-refused', 'flow', 'refusal-status'], () =>
        answeringItself(({ operation: called, request }) =>
          called === operation && /charset/i.test(request.headers['content-type'] ?? '') ? refusal : undefined,
        ),
      ),
      of('size-ignored', ['size-accepted', 'no-answer', 'flow'], () =>
        taken((body) => body.byteLength > 1024 * 1024, { body: sample.request.body }),
      ),
    ]
  })
}
