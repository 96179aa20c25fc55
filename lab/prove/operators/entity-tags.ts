import type { CheckId, Tier } from '../../../src/conform/check.ts'
import type { Operation } from '../../../src/openapi/api.ts'
import { type Behaviour, changingAnswers, isSuccess, type ProxyAnswer, withHeaders } from '../../../src/prove/call.ts'
import { defect, type SeededDefect } from '../../../src/prove/defect.ts'
import { type Material, refusalOf } from '../../../src/prove/samples.ts'

/** Entity tags that do not change, change for nothing, or are not looked at. */
export function tagDefects(material: Material): SeededDefect[] {
  const tagged = material.api.operations.filter(({ parameters }) => parameters.some(({ name }) => name === 'if-match'))
  const read = material.api.operations.find(({ method, path }) => method === 'GET' && path.endsWith('}'))
  if (tagged.length === 0 || !read) return []
  const of = (
    operation: Operation,
    operator: string,
    tier: Tier,
    expected: readonly CheckId[],
    create: () => Behaviour,
  ): SeededDefect => defect(material, operation, { operator, target: '', tier, expected, create })
  const refusal = refusalOf(material, tagged[0] as Operation, 412)
  const perOperation = tagged.flatMap((operation) => [
    of(
      operation,
      'stale-tag-accepted',
      'assumed',
      ['stale-tag-accepted', 'lost-update', 'flow'],
      () => async (call) => {
        if (call.operation !== operation || (await call.pretend()).status !== 412) return call.forward()
        call.wrong()
        return call.forward(withHeaders(call.request, { etag: '*', 'if-match': null }))
      },
    ),
    of(
      operation,
      'missing-tag-accepted',
      'assumed',
      ['invalid-accepted', 'stale-tag-accepted', 'flow'],
      () => (call) => {
        if (call.operation !== operation || 'etag' in call.request.headers || 'if-match' in call.request.headers)
          return call.forward()
        call.wrong()
        return call.forward(withHeaders(call.request, { etag: '*' }))
      },
    ),
    of(operation, 'etag-header-ignored', 'documented', ['valid-refused', 'flow'], () => (call) => {
      if (call.operation !== operation || !('etag' in call.request.headers)) return call.forward()
      call.wrong()
      return call.forward(withHeaders(call.request, { etag: null }))
    }),
    of(
      operation,
      'if-match-ignored',
      'assumed',
      ['valid-refused', 'stale-tag-accepted', 'lost-update', 'flow'],
      () => (call) => {
        if (call.operation !== operation || !('if-match' in call.request.headers)) return call.forward()
        call.wrong()
        return call.forward(withHeaders(call.request, { 'if-match': null }))
      },
    ),
    of(operation, 'current-tag-refused', 'documented', ['valid-refused', 'flow', 'update-lost'], () => async (call) => {
      const tag = call.request.headers['etag'] ?? call.request.headers['if-match']
      if (call.operation !== operation || tag === undefined || tag === '*' || refusal === undefined)
        return call.forward()
      if (!isSuccess(await call.pretend())) return call.forward()
      call.wrong()
      return refusal
    }),
  ])
  const retagged = (answer: ProxyAnswer, tag: string): ProxyAnswer => {
    const text = answer.body.toString().replaceAll(/"etag":"[^"]*"/g, `"etag":"${tag}"`)
    return {
      ...answer,
      headers: { ...answer.headers, ...('etag' in answer.headers && { etag: `"${tag}"` }) },
      body: Buffer.from(text),
    }
  }
  return [
    ...perOperation,
    of(
      read,
      'tag-never-changes',
      'documented',
      ['tag-unchanged', 'stale-tag-accepted', 'lost-update', 'flow'],
      () => async (call) => {
        const { headers } = call.request
        const isConstant = [headers['etag'], headers['if-match']].some(
          (tag) => tag?.includes('always-the-same') === true,
        )
        const answer = await call.forward(
          isConstant ? withHeaders(call.request, { etag: '*', 'if-match': null }) : call.request,
        )
        if (!isSuccess(answer) || call.operation === undefined || !answer.body.includes('"etag"')) return answer
        call.wrong()
        return retagged(answer, 'always-the-same')
      },
    ),
    of(
      read,
      'tag-changes-on-reading',
      'documented',
      ['tag-unchanged', 'created-differs', 'update-lost', 'refused-write-changed', 'flow'],
      () => {
        let reads = 0
        return changingAnswers((answer, call) =>
          call.operation === read && isSuccess(answer) && call.request.method === 'GET'
            ? retagged(answer, `read-${reads++}`)
            : undefined,
        )
      },
    ),
    of(
      read,
      'header-tag-differs',
      'assumed',
      ['tag-unchanged', 'header-invalid', 'flow', 'created-differs', 'valid-refused'],
      () =>
        changingAnswers((answer) =>
          isSuccess(answer) && 'etag' in answer.headers ? withHeaders(answer, { etag: '"something-else"' }) : undefined,
        ),
    ),
  ]
}
