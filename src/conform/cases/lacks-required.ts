import { pointerTo } from '../../openapi/pointer.ts'
import type { Context } from '../context.ts'
import { mediaOf, type Draft } from './draft.ts'

/**
 * Whether a body lacks what the page itself calls required, so that no success can be right, whatever the page says of errors.
 * `value`: what a reader makes of the body.
 */
export function lacksRequired({ schemas }: Context, draft: Draft, value: unknown): boolean {
  const media = mediaOf(draft)
  if (!media?.schema) return false
  const schema = pointerTo(media.pointer, 'schema')
  return schemas
    .validate(schema)(value)
    .some((error) => error.keyword === 'required' && schemas.whyOf(schema, value, error) === undefined)
}
