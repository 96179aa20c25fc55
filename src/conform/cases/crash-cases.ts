import { pointerTo, tokensOf } from '../../openapi/pointer.ts'
import { withChange } from '../../openapi/walk.ts'
import type { RequestCase } from '../case.ts'
import type { Context } from '../context.ts'
import { jsonMedia, type BaseRequest } from './body-cases.ts'
import { keyOf, type Draft } from './draft.ts'
import { requestCase } from './request-case.ts'

/** More letters than the usual column of a table holds. */
const LONG = 300

/** A body with as many texts as this has told enough. */
const MOST = 4

/**
 * What a server dies of inside, be the request valid or not: a quote that ends a query, a text longer than its column, the one
 * sign that many a database refuses in texts. It may take it or refuse it; it must not answer 5xx.
 */
export function crashCases(context: Context, base: BaseRequest): RequestCase[] {
  const { operation, values, body } = base.draft
  const inPath = operation.parameters
    .filter((parameter) => parameter.in === 'path')
    .flatMap((parameter) => {
      const id = String(values[keyOf(parameter)] ?? '')
      const tried = [
        ['has a quote behind', `${id}'`],
        [`has ${LONG} letters`, 'a'.repeat(LONG)],
      ] as const
      return tried.map(([label, text]) =>
        crashCase(context, base, `path.${parameter.name} ${label}`, {
          values: { ...values, [keyOf(parameter)]: text },
        }),
      )
    })
  // What somebody else's document takes for a name may have to stand in a header, where no server can put this sign.
  const media = context.api.strict && body.kind === 'json' ? jsonMedia(base) : undefined
  const texts = media === undefined ? [] : textsIn(media.value).slice(0, MOST)
  const inBody = texts.map(([at, text]) =>
    crashCase(context, base, `body.${tokensOf(at).join('.')} has a NUL`, {
      body: { kind: 'json', value: withChange(media?.value, at, () => `${text}\0`) },
    }),
  )
  return [...inPath, ...inBody]
}

function textsIn(body: unknown): (readonly [at: string, text: string])[] {
  return Object.entries(body ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' ? [[pointerTo('', name), value] as const] : [],
  )
}

function crashCase(context: Context, { draft, given }: BaseRequest, name: string, change: Partial<Draft>): RequestCase {
  return requestCase(context, {
    name,
    kind: 'mutation',
    draft: { ...draft, ...change },
    expectation: { kind: 'any' },
    pointer: draft.operation.pointer,
    why: undefined,
    given,
  })
}
