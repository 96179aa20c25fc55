import { isDeepStrictEqual } from 'node:util'
import type { MediaTypeSpec } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import type { SchemaError } from '../../openapi/validator.ts'
import { sampleOf } from '../cases/sample.ts'
import { contradictionsOf, isSpreadOut } from './contradictions.ts'
import { whyOf, type Place } from './answered.ts'
import type { Breach } from './check-definition.ts'
import { whyOptionalNull } from './optional-null.ts'
import { explain } from './schema-error.ts'

/** What a body breaks of its schema, as far as the errors are of the wanted kind. */
export function schemaBreaches(
  place: Place | undefined,
  isWanted: (error: SchemaError, status: number) => boolean,
): Breach[] {
  if (place?.content.kind !== 'value') return []
  const { media, value, errors } = place.content
  const schema = pointerTo(media.pointer, 'schema')
  // The vendor's own example is answered, whatever its schema says of it.
  if (!place.context.api.strict && Object.values(media.examples).some((each) => isDeepStrictEqual(each.value, value)))
    return []
  return errors
    .filter((error) => isWanted(error, place.answer.status))
    .map((error) => ({
      pointer: propertyPointer(error),
      message: `${place.answer.status}: ${explain(error)}`,
      expected: explain(error),
      why:
        whyOfMedia(place, media) ??
        place.context.schemas.whyOf(schema, value, error) ??
        whyOptionalNull(place.context.schemas, schema, value, error) ??
        whySchema(place, schema, error),
    }))
}

export function isUndeclaredProperty({ keyword }: SchemaError): boolean {
  return keyword === 'additionalProperties' || keyword === 'unevaluatedProperties'
}

export function whyOfMedia(place: Place, media: MediaTypeSpec): string | undefined {
  const below = media.pointer.slice(place.spec.pointer.length)
  return assumptionAt(place.context.api.document, place.usage) ?? whyOf(place, below)
}

function propertyPointer(error: SchemaError): string {
  const { missingProperty } = error.params
  return error.keyword === 'required' && typeof missingProperty === 'string'
    ? pointerTo(error.pointer, missingProperty)
    : error.pointer
}

/** A document of somebody else may ask for what nobody can answer, or for one of two that are the same. */
function whySchema({ context }: Place, schema: string, error: SchemaError): string | undefined {
  if (context.api.strict) return undefined
  if (contradictionsOf(context.api).has(`${error.keyword} ${error.pointer}`))
    return 'an example of the document breaks its schema in the same way'
  if (isSpreadOut(context.api.document, error))
    return 'the schema is closed, and another part that it is joined with has the property'
  if (Array.isArray(error.params['passingSchemas']))
    return 'several branches of the schema fit, so that none of them can be meant alone'
  const holder = error.pointer.slice(0, error.pointer.lastIndexOf('/'))
  const isImpossible = [schema, holder].some((each) => sampleOf(context.schemas, each, 'answer') === undefined)
  return isImpossible ? 'no value was found that keeps to the schema of the answer' : undefined
}
