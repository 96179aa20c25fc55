import { decoded } from './dialogportal-account.ts'
import type { Call, Transaction } from './dialogportal-call.ts'
import type { HttpResponse } from './http.ts'
import type { Has, Refusal } from './protocol.ts'

interface DialogportalRefusal extends Refusal {
  readonly subCode?: string
}

const TEXTS: Readonly<Record<string, string>> = {
  '404.1': 'User not found',
  '404.2': 'External user could not be found',
  '404.4': 'Transaction group not found',
  '404.5': 'Transaction type not found',
}

export function contractRefused(problem: string, has: Has): HttpResponse {
  const status = has('register/contract-is-409') ? 409 : has('register/contract-is-200') ? 200 : 400
  return refused({ status, message: `Against the contract: ${problem}` }, has)
}

/* Where it goes */

export function notFound(subCode: string, has: Has): HttpResponse {
  const shown = has('not-found/always-404.1') ? '404.1' : has(`not-found/${subCode}-is-another`) ? '404.3' : subCode
  const status = has('not-found/is-400')
    ? 400
    : has(`not-found/${subCode}-is-400`)
      ? 400
      : has('not-found/is-200')
        ? 200
        : 404
  const message = has('not-found/other-words') ? 'Not found' : (TEXTS[subCode] ?? 'Not found')
  return refused({ status, message, subCode: shown }, has)
}

/* What is sent */

export function registered(
  call: Call,
  body: Transaction,
  names: { groupName: string; typeName: string },
): HttpResponse {
  const { has, state, target } = call
  const id = state.next
  state.count += 1
  const stays =
    has('register/one-id-for-all') ||
    (has('register/an-id-for-two') && state.count % 2 === 0) ||
    (has('register/third-id-again') && state.count % 3 === 0) ||
    (has('register/one-id-for-all-keys') && 'key' in target.account)
  if (!stays) state.next += has('register/ids-fall') ? -7 : 7
  const groupId = Number(decoded(target.groupId, has))
  const shown: Record<string, unknown> = {
    reference: body['reference'],
    transactionDate: dateShown(body['transactionDate'], has),
    value: valueShown(body['value'], has),
    text: body['text'],
    extra: extraShown(body['extra'], has),
    transactionTypeName: names.typeName,
    transactionTypeID: has('reply/type-id-as-text') ? String(body['transactionTypeID']) : body['transactionTypeID'],
    transactionGroupName: names.groupName,
    transactionGroupID: groupIdShown(groupId, id, has),
    transactionID: has('reply/id-as-text') ? String(id) : id,
  }
  if (has('reply/text-of-the-one-before')) shown['text'] ??= state.text
  state.text = body['text'] ?? state.text
  if (has('reply/texts-cut-at-255')) {
    for (const name of ['reference', 'text']) {
      const text = shown[name]
      if (typeof text === 'string') shown[name] = text.slice(0, 255)
    }
  }
  for (const [name, value] of Object.entries(shown)) {
    const nulled = value === undefined && has('reply/absent-as-null')
    if (nulled) shown[name] = null
    else if (value === undefined || has(`reply/${name}-missing`)) delete shown[name]
    if (value === '' && has('reply/empty-text-dropped')) delete shown[name]
    if (value === undefined && has('reply/absent-text-empty') && name !== 'extra') shown[name] = ''
  }
  if (has('reply/names-swapped'))
    Object.assign(shown, { transactionGroupName: names.typeName, transactionTypeName: names.groupName })
  if (has('reply/strangers-echoed')) return success({ ...body, ...shown }, has)
  if (has('reply/entity-leaked')) shown['entity'] = 'entityId' in target.account ? target.account.entityId : '1001'
  return success(has('reply/in-data') ? { data: shown } : shown, has)
}

function groupIdShown(groupId: number, id: number, has: Has): unknown {
  if (has('reply/group-id-is-the-transaction')) return id
  return has('reply/group-id-as-text') ? String(groupId) : groupId
}

function dateShown(date: unknown, has: Has): unknown {
  if (typeof date !== 'string') return date
  if (has('reply/date-normalised')) return new Date(date).toISOString()
  if (has('reply/date-without-milliseconds')) return date.replace(/\.\d+Z$/, 'Z')
  if (has('reply/date-with-offset')) return date.replace('Z', '+00:00')
  return has('reply/date-now') ? new Date().toISOString() : date
}

function valueShown(value: unknown, has: Has): unknown {
  if (value === undefined) return has('reply/value-default-left-out') ? undefined : has('reply/value-default-1') ? 1 : 0
  if (typeof value !== 'number') return value
  if (has('reply/value-of-32-bits')) return Number.isInteger(value) ? Math.trunc(value) % 2 ** 31 : value
  if (has('reply/value-rounded')) return Math.round(value)
  if (has('reply/value-two-decimals')) return Math.round(value * 100) / 100
  if (has('reply/value-unsigned')) return Math.abs(value)
  return has('reply/value-as-text') ? String(value) : value
}

function extraShown(extra: unknown, has: Has): unknown {
  if (has('reply/extra-as-text')) return extra === undefined ? undefined : JSON.stringify(extra)
  if (has('reply/extra-always')) return extra ?? {}
  if (typeof extra !== 'object' || extra === null) return extra
  if (has('reply/extra-rounded')) {
    return Object.fromEntries(
      Object.entries(extra).map(([name, value]) => [name, Math.round(Number(value) * 100) / 100]),
    )
  }
  return has('reply/empty-extra-dropped') && Object.keys(extra).length === 0 ? undefined : extra
}

function success(value: unknown, has: Has): HttpResponse {
  const status = has('reply/is-201') ? 201 : has('reply/is-202') ? 202 : 200
  if (has('reply/as-html')) return { ...json(status, value), headers: { 'content-type': 'text/html' } }
  return json(status, value)
}

export function refused({ status, message, subCode, headers = {} }: DialogportalRefusal, has: Has): HttpResponse {
  const body = {
    ...(has('errors/text-missing') ? {} : { [has('errors/text-is-message') ? 'message' : 'statusText']: message }),
    ...(has('errors/code-missing') ? {} : { statusCode: has('errors/code-as-text') ? String(status) : status }),
    ...(subCode === undefined || has('errors/sub-code-not-in-body') ? {} : { subCode: subCodeShown(subCode, has) }),
    ...(subCode === undefined && has('errors/sub-code-everywhere') ? { subCode: `${status}.0` } : {}),
  }
  const transport =
    subCode === undefined || has('errors/sub-code-not-in-header') ? {} : { apistatussubcode: headerShown(subCode, has) }
  const shown = has('errors/200-for-all') ? 200 : status
  const answer = json(shown, body, { ...headers, ...transport })
  return has('errors/as-html') ? { ...answer, headers: { ...answer.headers, 'content-type': 'text/html' } } : answer
}

function subCodeShown(subCode: string, has: Has): unknown {
  if (has('errors/sub-code-a-number')) return Number(subCode)
  return has('errors/sub-code-short') ? subCode.replace(/^\d+\./, '') : subCode
}

function headerShown(subCode: string, has: Has): string {
  return has('errors/header-short') ? subCode.replace(/^\d+\./, '') : subCode
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) }
}
