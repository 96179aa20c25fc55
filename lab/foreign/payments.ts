import { isRecord, parsed, type ToyAnswer, type ToyApi, type ToyRequest } from './toy-server.ts'

/** What may be wrong with the payments API; a run of the suite has to find each. */
export const paymentsFaults = [
  'needs no key',
  'takes any key',
  'creates with 201',
  'leaves out a required property',
  'has a time as text',
  'is not stored',
  'is not deleted',
  'stays in the list',
  'is not listed',
  'loses an update',
  'ignores the filter',
  'ignores the limit',
  'ignores the cursor',
  'says that there is more',
  'takes a missing email',
  'takes any tax exemption',
  'takes a text for a number',
  'takes a long email',
  'crashes on an empty body',
  'crashes on an unknown id',
  'answers in HTML',
  'takes any limit',
  'has an error of another shape',
  'gives an id twice',
  'keeps another word',
] as const

/** What a correct payments API may do differently; none of it may be blamed. */
export const paymentsVariants = [
  'as it stands',
  'ids of another form',
  'more properties',
  'lists the newest first',
  '410 for what was deleted',
  'answers 402 to what is wrong',
  'has rows of its own',
  'more headers',
  'takes JSON, too',
] as const

export type PaymentsQuirk = (typeof paymentsFaults)[number] | (typeof paymentsVariants)[number]

interface Customer {
  readonly id: string
  readonly object: 'customer'
  readonly created: number
  readonly livemode: boolean
  readonly email: string | null
  readonly name: string | null
  readonly balance: number
  readonly tax_exempt: string | null
}

const EXEMPTIONS = ['none', 'exempt', 'reverse']
const FIELDS = ['email', 'name', 'balance', 'tax_exempt']

function jsonFields(text: string): Record<string, string> {
  const sent = parsed(text)
  return Object.fromEntries(Object.entries(isRecord(sent) ? sent : {}).map(([name, each]) => [name, String(each)]))
}

/** The payments API of `payments.yaml`, correct or with one quirk. */
export function createPayments(quirk: PaymentsQuirk): ToyApi {
  const is = (name: PaymentsQuirk): boolean => quirk === name
  const customers = new Map<string, Customer>()
  const hidden = new Set<string>()
  const deleted = new Set<string>()
  let count = 0
  if (is('has rows of its own'))
    for (const name of ['Ann', 'Bob', 'Cid']) create({ email: `${name}@example.com`, name })

  function problem(status: number, message: string, param?: string): ToyAnswer {
    const isOther = is('answers 402 to what is wrong') && status === 400
    if (is('has an error of another shape')) return { status, body: { message } }
    const error = { type: 'invalid_request_error', message, ...(param !== undefined && { param }) }
    return { status: isOther ? 402 : status, body: { error } }
  }

  function shown(customer: Customer): unknown {
    const whole: Record<string, unknown> = { ...customer }
    if (is('leaves out a required property')) delete whole['livemode']
    if (is('has a time as text')) whole['created'] = new Date(customer.created * 1000).toISOString()
    if (is('more properties')) whole['metadata'] = {}
    return whole
  }

  function newId(): string {
    if (!is('gives an id twice') || count < 2) count++
    return is('ids of another form') ? String(1000 + count) : `cus_${String(count).padStart(8, 'N')}`
  }

  function wrong(sent: Readonly<Record<string, string>>, isNew: boolean): readonly [string, string] | undefined {
    const { email, balance, tax_exempt: exempt, name } = sent
    if (isNew && !email && !is('takes a missing email')) return ['email', 'is missing']
    if ((email ?? '').length > 512 && !is('takes a long email')) return ['email', 'is too long']
    if ((name ?? '').length > 256) return ['name', 'is too long']
    if (balance !== undefined && !/^-?\d+$/.test(balance) && !is('takes a text for a number'))
      return ['balance', 'is no integer']
    if (exempt !== undefined && !EXEMPTIONS.includes(exempt) && !is('takes any tax exemption'))
      return ['tax_exempt', 'is none of the values']
    return undefined
  }

  function create(sent: Readonly<Record<string, string>>): Customer {
    const customer: Customer = {
      id: newId(),
      object: 'customer',
      created: 1_700_000_000 + count,
      livemode: false,
      email: is('keeps another word') ? 'ann@example.com' : (sent['email'] ?? null),
      name: sent['name'] ?? null,
      balance: Number(sent['balance'] ?? 0) || 0,
      tax_exempt: sent['tax_exempt'] ?? 'none',
    }
    if (!is('is not stored')) customers.set(customer.id, customer)
    if (is('is not listed')) hidden.add(customer.id)
    return customer
  }

  function fieldsOf({ text, headers }: ToyRequest): Record<string, string> {
    if (text === '' && is('crashes on an empty body'))
      throw new Error("Cannot read properties of undefined (reading 'email')")
    if (is('takes JSON, too') && headers['content-type']?.includes('json')) return jsonFields(text)
    const pairs = [...new URLSearchParams(text)].filter(([name]) => FIELDS.includes(name))
    return Object.fromEntries(pairs)
  }

  function write(request: ToyRequest, before?: Customer): ToyAnswer {
    const sent = fieldsOf(request)
    const problemOf = wrong(sent, before === undefined)
    if (problemOf) return problem(400, `${problemOf[0]} ${problemOf[1]}`, problemOf[0])
    if (!before) return { status: is('creates with 201') ? 201 : 200, body: shown(create(sent)) }
    const { balance, ...words } = sent
    const next: Customer = { ...before, ...words, ...(balance !== undefined && { balance: Number(balance) }) }
    if (!is('loses an update')) customers.set(before.id, next)
    return { status: 200, body: shown(next) }
  }

  function list({ query }: ToyRequest): ToyAnswer {
    const limit = Number(query.get('limit') ?? 10)
    const isLimit = Number.isInteger(limit) && limit >= 1 && limit <= 100 && query.get('limit') !== ''
    if (!is('takes any limit') && !isLimit) return problem(400, 'limit is wrong', 'limit')
    const all = [...customers.values()].filter(({ id }) => !hidden.has(id))
    if (is('lists the newest first')) all.reverse()
    const email = query.get('email')
    if ((email ?? '').length > 512) return problem(400, 'email is too long', 'email')
    if ((query.get('starting_after') ?? '').length > 5000) return problem(400, 'too long', 'starting_after')
    const found = email === null || is('ignores the filter') ? all : all.filter((each) => each.email === email)
    const after = query.get('starting_after')
    const from = after === null || is('ignores the cursor') ? 0 : found.findIndex(({ id }) => id === after) + 1
    if (after !== null && from === 0 && !is('ignores the cursor'))
      return problem(400, 'no such customer', 'starting_after')
    const page = found.slice(from, is('ignores the limit') ? undefined : from + limit)
    const hasMore = is('says that there is more') || from + page.length < found.length
    return { status: 200, body: { object: 'list', url: '/v1/customers', has_more: hasMore, data: page.map(shown) } }
  }

  function item(request: ToyRequest, id: string): ToyAnswer {
    const customer = customers.get(id)
    if (!customer && is('crashes on an unknown id'))
      throw new Error("Cannot read properties of undefined (reading 'id')")
    if (!customer && is('410 for what was deleted') && deleted.has(id)) return problem(410, 'is deleted')
    if (!customer) return problem(404, `No such customer: '${id}'`, 'id')
    if (request.method === 'GET') return { status: 200, body: shown(customer) }
    if (request.method === 'POST') return write(request, customer)
    if (!is('is not deleted') && !is('stays in the list')) customers.delete(id)
    deleted.add(id)
    return { status: 200, body: { id, object: 'customer', deleted: true } }
  }

  return (request) => {
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const { authorization = '' } = request.headers
    const isKnown = is('takes any key') ? authorization !== '' : authorization === 'Bearer sk_test_1'
    if (!is('needs no key') && !isKnown) return problem(401, 'Invalid API Key')
    const [, name, id] = /^\/v1\/([^/]+)(?:\/([^/]+))?$/.exec(request.path) ?? []
    if (name !== 'customers') return problem(404, 'Unrecognized request URL')
    const methods = id === undefined ? ['GET', 'POST'] : ['GET', 'POST', 'DELETE']
    if (!methods.includes(method))
      return { ...problem(405, 'not allowed'), headers: { allow: [...methods, 'HEAD'].join(', ') } }
    const asked = { ...request, method }
    const answer =
      id !== undefined ? item(asked, decodeURIComponent(id)) : method === 'GET' ? list(asked) : write(asked)
    if (is('answers in HTML') && answer.status === 200) return { ...answer, headers: { 'content-type': 'text/html' } }
    return is('more headers') ? { ...answer, headers: { ...answer.headers, 'request-id': 'req_1' } } : answer
  }
}
