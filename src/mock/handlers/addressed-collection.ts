import type { Api, CollectionSpec, Operation } from '../../openapi/api.ts'

/** A collection as paths address it: `/owners/{ownerId}/pets` and `/owners/{ownerId}/pets/{petId}`. */
export interface Resource {
  readonly api: Api
  readonly operation: Operation
  readonly collection: CollectionSpec
  /** Path parameters that are attributes of the rows, such as `ownerId`: they filter a list and fill a new row. */
  readonly scope: readonly string[]
}
