import { createRequire } from 'node:module'
import type * as FakerPackage from '@faker-js/faker'
import type { Faker } from '@faker-js/faker'
import { UnderstudyError } from '../errors.ts'
import type { Api, CollectionSpec, JsonObject, MediaTypeSpec } from '../spec/api.ts'
import { sampleOf } from './sample.ts'
import type { Seed } from './seed.ts'

export interface GenerateOptions {
  /** How many rows each collection gets. */
  readonly records: number
  readonly seed: number
}

const MAX_ATTEMPTS = 20

/**
 * Adds generated rows to each collection: shaped like its fixture rows, valid by the spec, the same for the same seed.
 * Throws FIXTURE_INVALID when no valid row can be made for a collection.
 */
export function withGeneratedRows(api: Api, base: Seed, { records, seed }: GenerateOptions): Seed {
  const rows = { ...base.rows }
  for (const collection of Object.values(api.collections)) {
    // One generator a collection: adding a collection or a row to one leaves the others as they were.
    const faker = createFaker(seedOf(`${seed}/${api.name}/${collection.name}`))
    const existing = rows[collection.name] ?? []
    rows[collection.name] = [...existing, ...generateRows(api, collection, existing, faker, records)]
  }
  return { ...base, rows }
}

function generateRows(
  api: Api,
  collection: CollectionSpec,
  existing: readonly JsonObject[],
  faker: Faker,
  count: number,
): JsonObject[] {
  const taken = new Set(existing.map((row) => String(row[collection.key])))
  return Array.from({ length: count }, (_, index) => {
    const row = generateRow(api, collection, existing[index % Math.max(existing.length, 1)], faker, taken)
    taken.add(String(row[collection.key]))
    return row
  })
}

function generateRow(
  api: Api,
  collection: CollectionSpec,
  model: JsonObject | undefined,
  faker: Faker,
  taken: ReadonlySet<string>,
): JsonObject {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const row = sampleOf(api, collection.schema, { faker, model, key: collection.key }) as JsonObject
    if (!taken.has(String(row[collection.key])) && collection.judge(row).length === 0) return row
  }
  throw new UnderstudyError(
    'FIXTURE_INVALID',
    `no valid row could be generated for ${collection.name}; give it fixtures to start from`,
    `${api.file}#${collection.pointer}`,
  )
}

const generated = new WeakMap<MediaTypeSpec, Map<string, unknown>>()

/** A value that a media type's schema allows, the same for the same name, made once; `undefined` where none was found. */
export function generatedValue(api: Api, name: string, media: MediaTypeSpec): unknown {
  const ofMedia = generated.get(media) ?? new Map<string, unknown>()
  generated.set(media, ofMedia)
  if (!ofMedia.has(name)) ofMedia.set(name, generate(api, name, media))
  return ofMedia.get(name)
}

function generate(api: Api, name: string, media: MediaTypeSpec): unknown {
  const faker = createFaker(seedOf(`${api.name}/${name}`))
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const value = sampleOf(api, media.schema ?? {}, { faker, model: undefined, key: undefined })
    if (media.judge(value).length === 0) return value
  }
  return undefined
}

const require = createRequire(import.meta.url)

/** The package is loaded only when something is generated: it takes a third of a start. */
function createFaker(seed: number): Faker {
  const { Faker, en } = require('@faker-js/faker') as typeof FakerPackage
  return new Faker({ locale: [en], seed })
}

/** FNV-1a, 32 bits: a number for faker out of the name of what is generated. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}
