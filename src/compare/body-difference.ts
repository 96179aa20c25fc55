import type { Pointer } from '../openapi/api.ts'
import { assumptionAt } from '../openapi/assumption.ts'
import { pointerTo, tokensOf } from '../openapi/pointer.ts'
import type { Applied } from '../openapi/walk.ts'
import type { Difference, Whole } from './difference.ts'

/** The bodies of two answers while they are compared. */
export interface Body extends Whole {
  readonly query: string
  readonly media: Pointer
  readonly applied: { readonly ours: readonly Applied[]; readonly theirs: readonly Applied[] }
}

/** What differs at one place of the bodies, and why it may. */
export function bodyDifference(
  body: Body,
  at: string,
  change: 'missing' | 'extra' | 'value' | 'length',
  what: string,
  one: unknown,
  other: unknown,
): Difference {
  const { context, operation, key, spec, media, applied, status } = body
  const { document } = context.api
  const known = change === 'extra' ? applied.theirs : applied.ours
  const speaking = known.findLast((each) => each.at === at) ?? known.findLast((each) => each.at === parentOf(at))
  const usage = pointerTo(operation.pointer, 'responses', key)
  return {
    pointer: speaking?.pointer ?? media,
    message: `${status}: ${at === '' ? 'the body' : at.replaceAll(/\/\d+(?=\/|$)/g, '/*')} ${what}`,
    expected: shown(one, at),
    got: shown(other, at),
    why:
      (dependsOnRows(body, at, one, other) ? OTHER_ROWS : undefined) ??
      assumptionAt(document, usage) ??
      assumptionAt(document, spec.pointer) ??
      assumptionAt(document, media) ??
      speaking?.inferred ??
      (speaking && assumptionAt(document, speaking.pointer)),
    place: { kind: 'body', at, change },
  }
}

const OTHER_ROWS = 'the value comes from rows of our fixtures, and this server may have other rows'

/** Whether the values are those of rows, or made from them by the server alone, and nobody knows whether the rows are ours. */
function dependsOnRows({ hasOurRows, same, applied }: Body, at: string, one: unknown, other: unknown): boolean {
  if (hasOurRows || one === undefined || other === undefined) return false
  return same.isSeedData(one, other) || applied.ours.some((each) => each.at === at && each.schema['readOnly'] === true)
}

function parentOf(at: string): string {
  return at.slice(0, Math.max(at.lastIndexOf('/'), 0))
}

function shown(value: unknown, at: string): string {
  if (value === undefined) return `no ${tokensOf(at).at(-1) ?? 'body'}`
  const text = typeof value === 'string' && at === '' ? value : JSON.stringify(value)
  return text.length > 400 ? `${text.slice(0, 400)}…` : text
}
