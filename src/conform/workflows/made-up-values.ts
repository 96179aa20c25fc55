import { isObject } from '../../openapi/pointer.ts'
import type { Exchanged } from '../transport/transport.ts'
import { isRefusalWanted, isSuccessWanted } from './step-effect.ts'

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

const WHY =
  'no page says that an id or a reason that nobody has seen before is known, nor how long a text may be; those of the fixtures are tried by themselves'

/** Characters that a column of a database usually has. */
const COLUMN = 255

/**
 * Ids, reasons and long texts that workflows make up: a server with foreign keys, closed lists or short columns may refuse them.
 * Once a value of a property has been taken, the next one of that property is no reason to refuse.
 */
export class MadeUpValues {
  /** Everything that the fixtures and the target file name. */
  readonly #known: string
  readonly #taken = new Set<string>()
  readonly #answered: string[] = []

  constructor(known: string) {
    this.#known = known
  }

  /** Takes down what a server has let pass and what it has answered. */
  note({ sent, outcome }: Exchanged): void {
    if (outcome.kind !== 'answer' || outcome.status >= 300) return
    for (const name of this.#namesIn(sent.body)) this.#taken.add(name)
    if (sent.method !== 'GET') this.#answered.push(outcome.text)
  }

  /** Why the refusal of a request is no broken promise, `undefined` where none of its values explains it. */
  whyRefused(condition: string, { sent, outcome }: Exchanged): string | undefined {
    if (outcome.kind !== 'answer' || ![400, 404, 409, 422].includes(outcome.status)) return undefined
    if (!isSuccessWanted(condition) || isRefusalWanted(condition)) return undefined
    return this.#namesIn(sent.body).some((name) => !this.#taken.has(name)) ? WHY : undefined
  }

  #namesIn(body: string | Uint8Array | undefined): string[] {
    if (typeof body !== 'string') return []
    try {
      return this.#namesOf('', JSON.parse(body))
    } catch {
      return []
    }
  }

  #namesOf(name: string, value: unknown): string[] {
    if (typeof value === 'string')
      return [
        ...(this.#isMadeUp(name, value) ? [name] : []),
        ...(value.length > COLUMN ? [`long texts of ${name}`] : []),
      ]
    if (Array.isArray(value)) return value.flatMap((each) => this.#namesOf(name, each))
    if (!isObject(value)) return []
    // An operation of a JSON Patch names the property in its path.
    const patched = typeof value['path'] === 'string' ? value['path'].split('/').at(-1) : undefined
    return Object.entries(value).flatMap(([key, each]) => [
      ...(this.#isMadeUp(key, key) ? [`keys of ${name}`] : []),
      ...this.#namesOf(key === 'value' && patched !== undefined ? patched : key, each),
    ])
  }

  #isMadeUp(name: string, text: string): boolean {
    if (!UUID.test(text) && !/reason$/i.test(name)) return false
    return !this.#known.includes(text) && !this.#answered.some((each) => each.includes(text))
  }
}
