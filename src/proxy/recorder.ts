import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Redactor } from '../mock/session/redact.ts'
import type { Credential, Seed } from '../fixtures/seed.ts'
import type { Api, CollectionSpec, JsonObject, Operation } from '../openapi/api.ts'
import { isObject } from '../openapi/pointer.ts'
import { placeholderCredential } from './placeholder-credential.ts'
import { createFolder, writeFileWhole } from '../output/write-file.ts'

/** Turns answers of a real server into fixtures: rows by collection, secrets masked, the latest version of each row. */
export class Recorder {
  readonly #api: Api
  readonly #redact: Redactor
  readonly #rows = new Map<string, Map<string, JsonObject>>()
  #unfit = 0
  #hasNews = false

  /** Goes on from the rows of a folder that was recorded before. */
  constructor(api: Api, redact: Redactor, before: Seed) {
    this.#api = api
    this.#redact = redact
    for (const [name, rows] of Object.entries(before.rows)) {
      const collection = api.collections[name]
      if (collection) for (const row of rows) this.#put(collection, row)
    }
  }

  /** Rows by collection. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#rows].map(([name, rows]) => [name, rows.size]))
  }

  /** Whether there are rows that were not written yet. */
  get hasNews(): boolean {
    return this.#hasNews
  }

  /** Rows that no longer fit the spec once their secrets were masked, and so were left out. */
  get unfit(): number {
    return this.#unfit
  }

  /** Takes the rows out of the body of a successful answer: the body itself, its items, or the items of its lists. */
  take(operation: Operation, body: unknown): void {
    for (const row of rowsIn(body)) {
      const collection = this.#collectionOf(operation, row)
      if (!collection) continue
      const masked = this.#redact.json(row) as JsonObject
      if (collection.validate(masked).length === 0) this.#put(collection, masked)
      else this.#unfit++
    }
  }

  /** Writes a credential by which the rows can be read again, where the folder has none; the real ones are not kept. */
  writeCredential(folder: string, model: Credential | undefined): void {
    const file = join(folder, this.#api.name, 'credentials.json')
    const rows = Object.fromEntries([...this.#rows].map(([name, byKey]) => [name, [...byKey.values()]]))
    const credential = this.#rows.size === 0 ? undefined : placeholderCredential(this.#api, rows, model)
    if (credential && !existsSync(file)) writeFileWhole(file, `${JSON.stringify([credential], undefined, 2)}\n`)
  }

  /** Writes every collection, each whole or not at all. Throws USAGE for the first that can't be written, after the others. */
  write(folder: string): void {
    const own = join(folder, this.#api.name)
    if (this.#rows.size === 0) return
    createFolder(own)
    const failures = [...this.#rows].flatMap(([name, rows]) => {
      try {
        writeFileWhole(join(own, `${name}.json`), `${JSON.stringify([...rows.values()], undefined, 2)}\n`)
        return []
      } catch (error) {
        return [error]
      }
    })
    if (failures.length > 0) throw failures[0]
    this.#hasNews = false
  }

  /** The collection that the path names, else the only one into which the row fits. */
  #collectionOf({ path }: Operation, row: JsonObject): CollectionSpec | undefined {
    const fitting = Object.values(this.#api.collections).filter(
      (collection) => hasKey(collection, row) && collection.validate(row).length === 0,
    )
    return fitting.find(({ name }) => path.split('/').includes(name)) ?? (fitting.length === 1 ? fitting[0] : undefined)
  }

  #put({ name, key }: CollectionSpec, row: JsonObject): void {
    const rows = this.#rows.get(name) ?? new Map<string, JsonObject>()
    this.#rows.set(name, rows)
    rows.set(String(row[key]), row)
    this.#hasNews = true
  }
}

function hasKey({ key }: CollectionSpec, row: JsonObject): boolean {
  return typeof row[key] === 'string' || typeof row[key] === 'number'
}

function rowsIn(body: unknown): JsonObject[] {
  if (Array.isArray(body)) return body.filter(isObject)
  if (!isObject(body)) return []
  const nested = Object.values(body).flatMap((member) => (Array.isArray(member) ? member.filter(isObject) : []))
  return [body, ...nested]
}
