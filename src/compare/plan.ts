import type { Operation } from '../openapi/api.ts'
import type { RequestCase } from '../conform/case.ts'
import type { BaseRequest } from '../conform/cases/body-cases.ts'
import { planCases } from '../conform/cases/cases-for.ts'
import type { Context } from '../conform/context.ts'
import { isSafe } from '../conform/cases/request-case.ts'
import { itemIn } from '../conform/cases/item-path.ts'
import { tagParameters, type Resource } from '../conform/cases/resource.ts'
import { holdsInSeed } from '../conform/cases/states.ts'
import { linksOf, type ResponseLink } from '../conform/run/links.ts'
import { seededRandom, type Random } from './random.ts'
import type { Step, Take } from './step.ts'

/** The two servers: what requests to each are made from. */
export interface Contexts {
  readonly mock: Context
  readonly target: Context
}

export interface WalkOptions {
  readonly steps: number
  readonly seed: number
  /** Ids of rows that the target may not have; requests about them are left out. */
  readonly lacking?: readonly string[]
}

const LONGEST_BODY = 64 * 1024
/** A round starts from the seed again: what differs early does not hide what comes later. */
const ROUND = 24

/** Rounds of steps through the operations of an API. Equal arguments give equal walks. */
export function planWalk(contexts: Contexts, { steps, seed, lacking = [] }: WalkOptions): Step[][] {
  const material = materialOf(contexts, lacking)
  if (material.operations.length === 0) return []
  const random = seededRandom(seed)
  const rounds: Step[][] = []
  for (let number = 0; number < steps;) {
    const round = planRound(material, random, number, Math.min(ROUND, steps - number))
    if (round.length === 0) break
    rounds.push(round)
    number += round.length
  }
  return rounds
}

interface Pair {
  readonly mock: RequestCase
  readonly target: RequestCase
}

interface Material {
  readonly operations: readonly Operation[]
  readonly pairs: ReadonlyMap<Operation, readonly Pair[]>
  readonly resources: readonly Resource[]
  readonly bases: {
    readonly mock: ReadonlyMap<Operation, BaseRequest>
    readonly target: ReadonlyMap<Operation, BaseRequest>
  }
  readonly links: readonly ResponseLink[]
}

function materialOf({ mock, target }: Contexts, lacking: readonly string[]): Material {
  const own = planCases(mock, 0)
  const other = planCases(target, 0)
  const theirs = new Map(other.cases.map((each) => [each.id, each]))
  const pairs = new Map<Operation, Pair[]>()
  for (const each of own.cases) {
    const counterpart = theirs.get(each.id)
    if (!each.operation || !counterpart || !isRunnable(target, each) || !isRunnable(target, counterpart)) continue
    if (sortsByChance(each) || lacking.some((value) => textOf(each).includes(value))) continue
    const list = pairs.get(each.operation) ?? []
    pairs.set(each.operation, list)
    list.push({ mock: each, target: counterpart })
  }
  return {
    operations: [...pairs.keys()],
    pairs,
    resources: own.resources,
    bases: { mock: own.bases, target: other.bases },
    links: linksOf(mock.api),
  }
}

/** The ids of new things are the servers' own, so their order is, too. */
function sortsByChance({ request }: RequestCase): boolean {
  return /[?&](?:sort|order)[^=&]*=[^&]*(?:id|guid|etag)\b/i.test(request.path)
}

function textOf({ request }: RequestCase): string {
  return `${request.path} ${typeof request.body === 'string' ? request.body : ''}`
}

function isRunnable({ api, seed, target }: Context, each: object): each is RequestCase {
  if (!('request' in each)) return false
  const { operation, request, given } = each as RequestCase
  if (operation === undefined || target.forbidden.includes(operation.id)) return false
  if (target.safe && !isSafe(request.method)) return false
  return (
    (request.body?.length ?? 0) <= LONGEST_BODY &&
    given.every(({ state, params }) => holdsInSeed({ api, seed }, state, params))
  )
}

function planRound(material: Material, random: Random, first: number, length: number): Step[] {
  const steps: Step[] = []
  for (let tries = 0; steps.length < length && tries < length * 20; tries++) {
    const operation = random.pick(material.operations) as Operation
    const pair = pickPair(material.pairs.get(operation) ?? [], random)
    if (!pair) continue
    const takes = takesFor(material, random, steps, first, pair)
    // Nobody knows a thing that its path could be about, unless the walk has made one.
    if (pair.mock.guessed && !takes.some(({ kind }) => kind === 'id')) continue
    steps.push(stepOf(first + steps.length, pair, takes))
  }
  return steps
}

/** Half of the requests succeed, so that there is something to differ in. */
function pickPair(pairs: readonly Pair[], random: Random): Pair | undefined {
  const good = pairs.filter(({ mock }) => mock.expectation.kind === 'success')
  return random.pick(random.chance(0.5) && good.length > 0 ? good : pairs)
}

function stepOf(number: number, { mock, target }: Pair, takes: readonly Take[]): Step {
  return {
    number,
    name: mock.name,
    operation: mock.operation as Operation,
    request: { mock: mock.request, target: target.request },
    takes,
    why: mock.why,
  }
}

/** What a request can take over from the steps before; a thing whose entity tag it needs is read before, if nobody has. */
function takesFor(material: Material, random: Random, steps: Step[], first: number, pair: Pair): Take[] {
  const operation = pair.mock.operation as Operation
  return [...idTakes(material, random, steps, first, pair), ...linkTakes(material, random, steps, operation)]
}

function idTakes(material: Material, random: Random, steps: Step[], first: number, pair: Pair): Take[] {
  const operation = pair.mock.operation as Operation
  const resource = material.resources.find(({ itemPath }) => itemPath === operation.path)
  const base = material.bases.mock.get(operation)
  if (!resource || !base) return []
  const item = encodeURIComponent(String(base.draft.values[`path:${resource.parameter}`]))
  if (itemIn(resource, pair.mock.request.path) !== item) return []
  const made = steps.filter((step) => step.operation === resource.create?.draft.operation && step.takes.length === 0)
  const source = random.chance(0.75) ? random.pick(made) : undefined
  const takes: Take[] = source ? [{ kind: 'id', from: source.number, resource }] : []
  return [...takes, ...tagTakes(material, steps, first, resource, base, pair, takes)]
}

function tagTakes(
  material: Material,
  steps: Step[],
  first: number,
  resource: Resource,
  base: BaseRequest,
  pair: Pair,
  own: readonly Take[],
): Take[] {
  const headers = tagParameters(base).filter((name) =>
    pair.mock.request.headers.some(
      ([each, value]) => each === name && value === String(base.draft.values[`header:${name}`]),
    ),
  )
  const reading = material.pairs
    .get(resource.read?.draft.operation as Operation)
    ?.find(({ mock }) => mock.expectation.kind === 'success')
  if (headers.length === 0 || !reading) return []
  const source = own.find(({ kind }) => kind === 'id')?.from
  const isSame = (step: Step): boolean =>
    step.operation === reading.mock.operation && step.takes.find(({ kind }) => kind === 'id')?.from === source
  let seen = steps.findLast((step) => isSame(step) && step.name === reading.mock.name)
  if (!seen) {
    seen = stepOf(first + steps.length, reading, own)
    steps.push(seen)
  }
  const from = seen.number
  return headers.map((header) => ({ kind: 'tag', from, header }))
}

function linkTakes({ links }: Material, random: Random, steps: readonly Step[], operation: Operation): Take[] {
  const link = random.pick(links.filter(({ to }) => to === operation))
  if (!link || !random.chance(0.6)) return []
  const source = random.pick(steps.filter((step) => step.operation === link.from))
  return source ? [{ kind: 'link', from: source.number, link }] : []
}
