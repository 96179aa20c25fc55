import { responseFor } from '../../openapi/responses.ts'
import type { Tier } from '../../conform/check.ts'
import type { MediaTypeSpec, ResponseSpec } from '../../openapi/api.ts'
import { whyOptionalNull } from '../../conform/checks/optional-null.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import type { Material, Sample } from '../samples.ts'

/** The tier of what the schema has against a body; `undefined` when it has nothing against it. */
export function tierOf(material: Material, sample: Sample, media: MediaTypeSpec, body: unknown): Tier | undefined {
  const errors = media.validate(body)
  if (errors.length === 0) return undefined
  const { document } = material.api
  const response = responseOf(sample)
  const usage = pointerTo(sample.operation.pointer, 'responses', String(sample.answer.status))
  if (response === undefined || assumptionAt(document, pointerTo(usage, 'content')) !== undefined) return 'assumed'
  if (assumptionAt(document, media.pointer) !== undefined) return 'assumed'
  const schema = pointerTo(media.pointer, 'schema')
  const { schemas } = material.context
  const reasons = errors.map(
    (error) => schemas.whyOf(schema, body, error) ?? whyOptionalNull(schemas, schema, body, error),
  )
  return reasons.includes(undefined) ? 'documented' : 'assumed'
}

export function responseOf({ operation, answer }: Sample): ResponseSpec | undefined {
  return responseFor(operation.responses, answer.status)
}

export function mediaOf(sample: Sample): MediaTypeSpec | undefined {
  const type = (sample.answer.headers['content-type'] ?? '').replace(/;.*/, '')
  return responseOf(sample)?.content[type]
}

export function statusTier(material: Material, sample: Sample): Tier {
  return tierBelow(material, sample, '/status')
}

export function contentTier(material: Material, sample: Sample): Tier {
  return tierBelow(material, sample, '/content')
}

function tierBelow({ api }: Material, sample: Sample, below: string): Tier {
  const usage = pointerTo(sample.operation.pointer, 'responses', String(sample.answer.status))
  const place = responseOf(sample)?.pointer ?? usage
  const media = below === '/content' ? mediaOf(sample)?.pointer : undefined
  const why =
    assumptionAt(api.document, `${usage}${below}`) ??
    assumptionAt(api.document, `${place}${below}`) ??
    (media === undefined ? undefined : assumptionAt(api.document, media))
  return why === undefined ? 'documented' : 'assumed'
}
