import { type Draft, type Holder, isDraft } from './draft.ts'
import type { Notes } from '../note.ts'
import type { Pointer } from '../api.ts'
import { pointerOfRef, pointerTo, tokensOf } from '../pointer.ts'
import { anchorsOf } from './anchors.ts'
import { type At, FILES, pointerAt, rootAt, topOf } from './at.ts'
import type { Places } from './places.ts'
import type { SourceFiles } from './source-files.ts'
import { textOf } from '../text-of.ts'

/** What a place of an OpenAPI document may have in it. */
export type Kind =
  | 'schema'
  | 'parameter'
  | 'header'
  | 'response'
  | 'requestBody'
  | 'example'
  | 'mediaType'
  | 'pathItem'
  | 'callback'
  | 'link'
  | 'securityScheme'

export type SpecVersion = '2.0' | '3.0' | '3.1' | '3.2'

/** Brings what a holder has under a key into the shape of OpenAPI 3.1. */
export type Visit = (repair: Repair, holder: Holder, key: string | number, at: At) => void

export interface RepairOptions {
  readonly version: SpecVersion
  readonly root: Draft
  readonly notes: Notes
  readonly places: Places
  readonly files: SourceFiles
  readonly visits: Readonly<Record<Kind, Visit>>
}

interface Target {
  readonly holder: Holder
  readonly key: string | number
  readonly at: At
}

type Found = { readonly source: Pointer } | { readonly problem: string }

interface Step {
  readonly part: Draft
  readonly at: At
  readonly kind: Kind
  readonly source: Pointer
}

/** How many references may lead from one to the next before they count as a circle. */
const MAX_CHAIN = 50
/** What references lead to below a component may still be moved. */
const COMPONENT_TOKENS = 3

/** One document under repair: its notes, and the references of which it is made. */
export class Repair {
  readonly version: SpecVersion
  readonly root: Draft
  readonly places: Places
  readonly #options: RepairOptions
  readonly #top: Holder
  readonly #visited = new Map<Kind, Set<object>>()
  readonly #found = new Map<string, Found>()
  readonly #targets = new Map<Pointer, Target>()
  readonly #anchors = new Map<object, ReadonlyMap<string, Pointer>>()
  /** Parts whose `$ref` leads into the root already, whatever file they stand in. */
  readonly #led = new Set<object>()
  readonly #pending: (Target & { readonly kind: Kind })[] = []
  readonly #deep: Step[] = []

  constructor(options: RepairOptions) {
    this.#options = options
    this.version = options.version
    this.root = options.root
    this.places = options.places
    this.#top = { '': options.root }
  }

  note(at: At, what: string, instead: string): void {
    this.#options.notes.add({ what, pointer: pointerAt(at), instead })
  }

  /** Notes what may occur a thousand times: once, with its count. */
  count(at: At, what: string, instead: string): void {
    this.#options.notes.count({ what, pointer: pointerAt(at), instead })
  }

  /** What stands at `to` now comes from what stands at `from`. */
  derive(from: At, to: At): void {
    this.places.derive(this.sourceOf(from), pointerAt(to))
  }

  /** The same, and references to it mean the new place. */
  move(from: At, to: At): void {
    this.places.move(this.sourceOf(from), pointerAt(to))
  }

  sourceOf(at: At): Pointer {
    return this.places.sourceOf(pointerAt(at))
  }

  /** Whether this part was visited as this kind before; remembers it. */
  seen(kind: Kind, part: object): boolean {
    let parts = this.#visited.get(kind)
    if (!parts) this.#visited.set(kind, (parts = new Set()))
    if (parts.has(part)) return true
    parts.add(part)
    return false
  }

  /** Makes the `$ref` of a part lead to a place of the root that gets visited; `false` where it can't, which is noted. */
  follow(part: Draft, at: At, kind: Kind): boolean {
    if (this.#led.has(part)) return true
    const found = this.#find(at.file, textOf(part['$ref']))
    if ('problem' in found) return this.#miss(part, at, kind, found.problem)
    const step: Step = { part, at, kind, source: found.source }
    const isDeep = tokensOf(found.source).length > COMPONENT_TOKENS
    if (isDeep) this.#deep.push(step)
    const problem = this.#lead(step)
    return problem === undefined || isDeep || this.#miss(part, at, kind, problem)
  }

  /** What stands behind any `$ref`s; `undefined` where they lead to nothing. */
  peek(part: unknown, at: At): { readonly part: unknown; readonly at: At } {
    let current = { part, at }
    for (let hop = 0; hop < MAX_CHAIN; hop++) {
      const ref = isDraft(current.part) ? current.part['$ref'] : undefined
      if (typeof ref !== 'string') return current
      const found = this.#find(this.#led.has(current.part as object) ? '' : current.at.file, ref)
      const target = 'source' in found ? this.#target(found.source) : undefined
      if (!target) return { part: undefined, at: current.at }
      current = { part: target.holder[target.key], at: target.at }
    }
    return { part: undefined, at }
  }

  /** Visits what references have led to, until nothing is left. */
  finish(): void {
    this.#visitPending()
    this.#targets.clear()
    // What they point at may have been moved since.
    for (const step of this.#deep) {
      const problem = this.#lead(step)
      if (problem !== undefined) this.#miss(step.part, step.at, step.kind, problem)
    }
    this.#visitPending()
  }

  #visitPending(): void {
    for (let next = this.#pending.pop(); next; next = this.#pending.pop())
      this.#options.visits[next.kind](this, next.holder, next.key, next.at)
  }

  /** Why the reference leads nowhere, or `undefined` when it leads somewhere now. */
  #lead({ part, kind, source }: Step): string | undefined {
    const target = this.#target(source)
    if (!target) return 'points at nothing'
    const value = target.holder[target.key]
    if (this.peek(value, target.at).part === undefined) return 'leads to nothing but further references'
    this.#led.add(part)
    part['$ref'] = refTo(pointerAt(target.at))
    if (typeof value !== 'object' || value === null || this.#visited.get(kind)?.has(value) !== true)
      this.#pending.push({ ...target, kind })
    return undefined
  }

  #miss(part: Draft, at: At, kind: Kind, problem: string): false {
    const what = `$ref ${JSON.stringify(part['$ref'])} ${problem}`
    this.note(at, what, kind === 'schema' ? 'any value is valid there' : 'it is left out')
    delete part['$ref']
    return false
  }

  /** Where in the user's files a reference of a file leads. */
  #find(file: string, ref: string): Found {
    const key = `${file}\n${ref}`
    let found = this.#found.get(key)
    if (!found) this.#found.set(key, (found = this.#search(file, ref)))
    return found
  }

  #search(file: string, ref: string): Found {
    const hash = ref.indexOf('#')
    const path = hash < 0 ? ref : ref.slice(0, hash)
    const fragment = hash < 0 ? '' : ref.slice(hash)
    const identified = path === '' ? undefined : this.#anchorsOf(this.root).get(path)
    const opened = path === '' ? { key: file } : identified === undefined ? this.#open(file, path) : { key: '' }
    if ('problem' in opened) return opened
    const top = identified ?? (opened.key === '' ? '' : pointerTo('', FILES, opened.key))
    const pointer = fragment === '' ? '' : pointerOfRef(fragment)
    if (pointer !== undefined) return { source: top + (pointer === '/' ? '' : pointer) }
    const anchored = this.#anchorsOf(this.#target(top)?.holder[this.#target(top)?.key ?? ''] as object).get(fragment)
    return anchored === undefined ? { problem: 'points at nothing' } : { source: top + anchored }
  }

  #open(file: string, path: string): { readonly key: string } | { readonly problem: string } {
    const opened = this.#options.files.open(file, path)
    if ('problem' in opened || opened.key === '') return opened
    const others = (this.root[FILES] ??= {}) as Draft
    if (!Object.hasOwn(others, opened.key)) others[opened.key] = opened.value
    return opened
  }

  #anchorsOf(part: object): ReadonlyMap<string, Pointer> {
    let anchors = this.#anchors.get(part)
    if (!anchors) this.#anchors.set(part, (anchors = anchorsOf(part)))
    return anchors
  }

  #target(source: Pointer): Target | undefined {
    let target = this.#targets.get(source)
    if (!target) {
      target = targetAt(this.#top, this.places.current(source))
      if (target) this.#targets.set(source, target)
    }
    return target
  }
}

function targetAt(top: Holder, pointer: Pointer): Target | undefined {
  let target: Target = { holder: top, key: '', at: rootAt }
  for (const [index, token] of tokensOf(pointer).entries()) {
    const part = target.holder[target.key]
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, token)) return undefined
    const isFile = index === 1 && target.at.key === FILES
    target = {
      holder: part as Holder,
      key: token,
      at: isFile ? topOf(token) : { up: target.at, key: token, file: target.at.file, depth: 0 },
    }
  }
  return target.holder[target.key] === undefined ? undefined : target
}

/** A pointer as the fragment of a `$ref`. */
function refTo(pointer: Pointer): string {
  return `#${pointer.replaceAll('%', '%25')}`
}
