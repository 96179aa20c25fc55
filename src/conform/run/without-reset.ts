import { isDeepStrictEqual } from 'node:util'
import { isObject } from '../../openapi/pointer.ts'
import type { RequestCase, Verdict } from '../case.ts'
import type { BaseRequest } from '../cases/body-cases.ts'
import { mediaOf, requestOf } from '../cases/draft.ts'
import { isSafe } from '../cases/request-case.ts'
import { itemIn, withItem } from '../cases/item-path.ts'
import { about, createdId, make, remove, tagOf, tagParameters, type Resource } from '../cases/resource.ts'
import { errorWithSuccessStatus } from '../checks/error-with-success-status.ts'
import type { Exchanged, OutgoingRequest } from '../transport/transport.ts'
import { send, type Session } from './session.ts'
import { verdictOf } from './verdict-of.ts'
import { linkedBody, linksOf, operationOf } from './links.ts'
import { pointerTo } from '../../openapi/pointer.ts'

/**
 * Runs a case that changes something on a server that can't be set back: on things made for it where that is possible, and
 * taking back what it did. A refusal that earlier requests of the run may have caused is not a failure but *not reached*.
 */
export async function runCaseWithoutReset(session: Session, testCase: RequestCase): Promise<Verdict> {
  const spent = session.spent.has(testCase.operation?.id ?? '')
  const own = await onOwnThing(session, testCase)
  if ('missing' in own) return { kind: 'not-reached', reason: own.missing }
  const request = own.request
  let exchanged = await send(session, request, testCase.operation?.id)
  if (isRefused(session, exchanged) && testCase.expectation.kind === 'success' && own.request === testCase.request) {
    const fresh = await freshened(session, testCase, request, exchanged, spent)
    if (fresh === 'not reached') {
      await own.done()
      return {
        kind: 'not-reached',
        reason: 'an earlier request has used up the state that it needs, and the server cannot be set back',
      }
    }
    exchanged = fresh ?? exchanged
  }
  const verdict = verdictOf(session, testCase, exchanged)
  await undo(session, exchanged)
  await own.done()
  return verdict
}

/** Sends the case's request about a thing that was made for it, and takes back what comes of it. */
export async function runOnOwnThing(
  session: Session,
  testCase: RequestCase,
): Promise<Exchanged | { readonly missing: string }> {
  const own = await onOwnThing(session, testCase)
  if ('missing' in own) return own
  const exchanged = await send(session, own.request, testCase.operation?.id)
  await undo(session, exchanged)
  await own.done()
  return exchanged
}

/**
 * Whether a case writes to a thing of which the run can make one of its own: a request that is to be refused may be taken all
 * the same, and what a seeded row holds from then on would be blamed on the server once more by all who read it.
 */
export function writesToItem({ control, plan }: Session, { kind, operation }: RequestCase): boolean {
  // A scenario may speak of what the seeded row holds.
  if (control.canReset || operation === undefined || isSafe(operation.method) || kind === 'example') return false
  return plan.resources.some((each) => each.itemPath === operation.path && each.create && each.delete)
}

interface Own {
  readonly request: OutgoingRequest
  readonly done: () => Promise<void>
}

const nothing = async (): Promise<void> => undefined

/** The same request about a thing that was made for it, so that the seeded ones stay as they are. */
async function onOwnThing(session: Session, testCase: RequestCase): Promise<Own | { readonly missing: string }> {
  const { operation, request } = testCase
  const plain = { request, done: nothing }
  if (!operation) return plain
  const resource = session.plan.resources.find((each) => each.itemPath === operation.path && each.create)
  if (resource) return onOwnItem(session, testCase, resource)
  const link = linksOf(session.context.api).find(
    (each) => each.to === operation && !each.undoes && each.from !== operation,
  )
  const source = link && session.plan.bases.get(link.from)
  if (!link || !source || typeof request.body !== 'string') return plain
  const made = await succeeding(session, source)
  if (!made) return plain
  const body = jsonIn(request.body)
  const plainBody = session.plan.bases.get(operation)?.draft.body
  if (!isObject(body)) return plain
  // What the case has changed or taken away stays so.
  const unchanged = plainBody?.kind === 'json' && isObject(plainBody.value) ? plainBody.value : {}
  const linked = Object.entries(linkedBody(link, made)).filter(([name]) =>
    isDeepStrictEqual(body[name], unchanged[name]),
  )
  return { request: { ...request, body: JSON.stringify({ ...body, ...Object.fromEntries(linked) }) }, done: nothing }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function onOwnItem(
  session: Session,
  testCase: RequestCase,
  resource: Resource,
): Promise<Own | { readonly missing: string }> {
  const { request } = testCase
  const base = [resource.update, resource.delete, resource.read].find(
    (each) => each?.draft.operation === testCase.operation,
  )
  const old = base?.draft.values[`path:${resource.parameter}`]
  const segment = encodeURIComponent(String(old))
  if (!base || itemIn(resource, request.path) !== segment) return { request, done: nothing }
  const runner = { send: (outgoing: OutgoingRequest) => send(session, outgoing) }
  const made = await make({ ...runner, created: () => undefined } as never, resource)
  if ('refused' in made && testCase.guessed) return { request, done: nothing }
  if ('refused' in made)
    return { missing: 'nothing of its kind can be created on this server, and the seeded ones are left as they are' }
  const seen = resource.read && tagOf(await runner.send(requestOf(about(resource, resource.read, made.id))))
  const tag = seen ?? tagOf(made.exchanged)
  const seeded = tagParameters(base).map((name) => base.draft.values[`header:${name}`])
  const headers = request.headers.map(([name, value]): readonly [string, string] => [
    name,
    tag !== undefined && seeded.includes(value) ? likeTag(value, tag) : value,
  ])
  return {
    request: { ...request, path: withItem(resource, request.path, made.id), headers },
    done: () => remove(runner, resource, made.id),
  }
}

/** The entity tag in quotes or without, as the seeded one was written. */
function likeTag(written: string, tag: string): string {
  return written.startsWith('"') ? `"${tag}"` : tag
}

/** Another try where the state may stand in the way; `undefined` when the refusal has to be believed. */
async function freshened(
  session: Session,
  testCase: RequestCase,
  request: OutgoingRequest,
  refused: Exchanged,
  spent: boolean,
): Promise<Exchanged | 'not reached' | undefined> {
  const { operation } = testCase
  const base = operation && session.plan.bases.get(operation)
  if (!operation || !base) return undefined
  const conflict = mayBeConflict(refused)
  if (!spent && !conflict) return undefined
  if (await isFine(session, base)) return undefined
  const member = await freshMember(session, base)
  if (member === undefined) return spent ? 'not reached' : undefined
  const body = typeof request.body === 'string' ? jsonIn(request.body) : undefined
  if (!isObject(body) || !(member.name in body)) return 'not reached'
  const changed = { ...body, [member.name]: member.next() }
  return send(session, { ...request, body: JSON.stringify(changed) }, operation.id)
}

/** Whether the base request itself still succeeds, so that the state cannot be what stands in the way. */
async function isFine(session: Session, base: BaseRequest): Promise<boolean> {
  const exchanged = await send(session, requestOf(base.draft), base.draft.operation.id)
  if (isRefused(session, exchanged)) return false
  await undo(session, exchanged)
  return true
}

const TRIES = 16

/** Finds the property whose value may not come twice, such as a user name: with another value the request succeeds again. */
async function freshMember(
  session: Session,
  base: BaseRequest,
): Promise<{ readonly name: string; next(): string } | undefined> {
  const { operation, body } = base.draft
  const known = session.fresh.get(operation.id)
  if (known !== undefined || session.fresh.has(operation.id)) return known
  session.fresh.set(operation.id, undefined)
  const media = mediaOf(base.draft)
  if (body.kind !== 'json' || !isObject(body.value) || !media?.schema) return undefined
  const validate = session.context.schemas.validate(pointerTo(media.pointer, 'schema'))
  for (const [name, value] of Object.entries(body.value)) {
    if (typeof value !== 'string' || value === '') continue
    let count = 0
    const next = (): string => `${value}${(count++).toString(36)}x${session.context.runSeed}`
    for (let round = 0; round < TRIES; round++) {
      const changed = { ...body.value, [name]: next() }
      if (validate(changed).length > 0) break
      const exchanged = await send(
        session,
        requestOf({ ...base.draft, body: { kind: 'json', value: changed } }),
        operation.id,
      )
      if (isRefused(session, exchanged) && !mayBeConflict(exchanged)) break
      if (isRefused(session, exchanged) && round >= 1 && !(await isWorthwhile(name))) break
      if (isRefused(session, exchanged)) {
        // Earlier runs have taken the names from the first one on: big steps find the end of them.
        count = count * 2 + 1
        continue
      }
      const member = { name, next }
      session.fresh.set(operation.id, member)
      return member
    }
  }
  return undefined
}

/** A name that identifies is worth more tries: an earlier run may have taken the first ones. */
async function isWorthwhile(name: string): Promise<boolean> {
  return /name$|mail$|key$|code$|login$|id$/i.test(name) && !/^(?:first|last|given|family)/i.test(name)
}

/** The answer to a request of this operation that succeeds, with a fresh value where the plain one is refused. */
async function succeeding(session: Session, base: BaseRequest): Promise<Exchanged | undefined> {
  const { operation, body } = base.draft
  const member = session.fresh.get(operation.id)
  const fill = (next: string): OutgoingRequest =>
    requestOf({
      ...base.draft,
      body:
        body.kind === 'json' && isObject(body.value) && member
          ? { kind: 'json', value: { ...body.value, [member.name]: next } }
          : body,
    })
  const exchanged = await send(session, member ? fill(member.next()) : requestOf(base.draft), operation.id)
  if (!isRefused(session, exchanged)) return exchanged
  if (member || !(await freshMember(session, base))) return undefined
  return succeeding(session, base)
}

/** Takes back what a request has done: what it has created is deleted, what the spec knows how to undo is undone. */
export async function undo(session: Session, exchanged: Exchanged): Promise<void> {
  if (isRefused(session, exchanged)) return
  const operation = operationOf(session.context.api, exchanged.sent.method, exchanged.sent.path)
  const resource = session.plan.resources.find((each) => each.create?.draft.operation === operation)
  const id = resource && createdId(resource, exchanged)
  if (resource && id !== undefined) await remove({ send: (outgoing) => send(session, outgoing) }, resource, id)
  await undoByLink(session, exchanged)
}

/** Takes back what a request has done, where the spec links it to the operation that undoes it. */
export async function undoByLink(session: Session, exchanged: Exchanged): Promise<void> {
  if (isRefused(session, exchanged)) return
  const { sent } = exchanged
  const operation = operationOf(session.context.api, sent.method, sent.path)
  const link = linksOf(session.context.api).find((each) => each.from === operation && each.undoes)
  const base = link && session.plan.bases.get(link.to)
  if (!link || !base) return
  const request = requestOf({
    ...base.draft,
    body: { kind: 'json', value: linkedBody(link, exchanged) },
    contentType: 'application/json',
  })
  const credential = sent.headers.filter(([name]) => !/^content-/i.test(name))
  const own = request.headers.filter(
    ([name]) => !credential.some(([each]) => each.toLowerCase() === name.toLowerCase()),
  )
  await send(session, { ...request, headers: [...own, ...credential] }, link.to.id)
}

/** Whether the server has refused, with the status of an error or of a success. */
export function isRefused({ context }: Session, exchanged: Exchanged): boolean {
  const { outcome, sent } = exchanged
  if (outcome.kind !== 'answer' || outcome.status >= 300) return true
  return errorWithSuccessStatus(context, operationOf(context.api, sent.method, sent.path), exchanged) !== undefined
}

/** A refusal that comes with the status of a success does not tell what it is about. */
function mayBeConflict({ outcome }: Exchanged): boolean {
  return outcome.kind !== 'answer' || outcome.status === 409 || outcome.status < 300
}
