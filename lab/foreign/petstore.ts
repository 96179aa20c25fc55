import { isRecord, parsed, type ToyAnswer, type ToyApi, type ToyRequest } from './toy-server.ts'

/** What may be wrong with the petstore; a run of the suite has to find each. */
export const petstoreFaults = [
  'creates with 200',
  'deletes with 200',
  'finds nothing with 400',
  'leaves out a required property',
  'has a number as a string',
  'drops a property',
  'is not stored',
  'is not listed',
  'is not deleted',
  'stays in the list',
  'loses an update',
  'ignores the filter',
  'filters by half',
  'ignores the limit',
  'ignores the offset',
  'begins at one',
  'crashes on an empty body',
  'crashes on an unknown id',
  'answers in HTML',
  'takes any status',
  'takes a missing name',
  'takes a missing status',
  'takes a text for a number',
  'takes any number',
  'takes an empty name',
  'takes long names',
  'takes many tags',
  'takes any limit',
  'takes null for the name',
  'gives an id twice',
  'answers what it was sent',
  'has an error of another shape',
  'reads a lenient id',
  'shows a stack trace',
  'takes any content type',
] as const

/** What a correct petstore may do differently; none of it may be blamed. */
export const petstoreVariants = [
  'as it stands',
  'large ids',
  'more properties',
  'lists the newest first',
  'leaves out empty lists',
  'has rows of its own',
  'more in errors',
  'longer names of types',
  'more headers',
  'keeps what a replacement leaves out',
  'limits the rate',
] as const

export type PetstoreQuirk = (typeof petstoreFaults)[number] | (typeof petstoreVariants)[number]

interface Pet {
  readonly id: number
  readonly name: unknown
  readonly status: unknown
  readonly age?: unknown
  readonly tags?: unknown
}

const STATUSES = ['available', 'pending', 'sold']

/** The petstore of `petstore.yaml`, correct or with one quirk. */
export function createPetstore(quirk: PetstoreQuirk): ToyApi {
  const is = (name: PetstoreQuirk): boolean => quirk === name
  const pets = new Map<number, Pet>()
  const hidden = new Set<number>()
  let last = is('large ids') ? 4_000_000_000_000 : 0
  let served = 0
  if (is('has rows of its own'))
    for (const name of ['Rex', 'Tom', 'Kit']) pets.set(++last, { id: last, name, status: 'sold' })

  function problem(status: number, message: string): ToyAnswer {
    if (is('has an error of another shape')) return { status, body: { errors: [message] } }
    if (is('shows a stack trace') && status === 400)
      return { status, body: { message: `TypeError: ${message}\n    at createPet (/srv/app/pets.js:12:7)` } }
    return { status, body: { message, ...(is('more in errors') && { code: `E${status}`, trace: 'abc' }) } }
  }

  function shown(pet: Pet): unknown {
    const whole: Record<string, unknown> = { ...pet }
    if (is('drops a property')) delete whole['tags']
    if (is('leaves out a required property')) delete whole['status']
    if (is('has a number as a string')) whole['id'] = String(pet.id)
    if (is('more properties')) Object.assign(whole, { self: `/v1/pets/${pet.id}`, seen: 3 })
    if (is('leaves out empty lists') && Array.isArray(pet.tags) && pet.tags.length === 0) delete whole['tags']
    return whole
  }

  function wrong(body: unknown): string | undefined {
    if (!isRecord(body)) return 'the body is no object'
    const { name, status, age, tags } = body
    const isNamed = typeof name === 'string' && (name !== '' || is('takes an empty name'))
    const mayLack = name === undefined ? is('takes a missing name') : name === null && is('takes null for the name')
    if (!isNamed && !mayLack) return 'name is missing'
    if (isNamed && [...name].length > 40 && !is('takes long names')) return 'name is too long'
    const lacksStatus = status === undefined && is('takes a missing status')
    if (!lacksStatus && !is('takes any status') && !STATUSES.includes(status as string)) return 'status is unknown'
    if (age !== undefined && !isAge(age)) return 'age is wrong'
    if (tags !== undefined && !areTags(tags)) return 'tags are wrong'
    return undefined
  }

  function isAge(age: unknown): boolean {
    if (typeof age === 'string') return is('takes a text for a number')
    return Number.isInteger(age) && (is('takes any number') || ((age as number) >= 0 && (age as number) <= 100))
  }

  function areTags(tags: unknown): boolean {
    if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) return false
    return tags.length <= 3 || is('takes many tags')
  }

  function bodyOf(request: ToyRequest): { readonly sent: Record<string, unknown> } | { readonly refused: ToyAnswer } {
    const type = request.headers['content-type'] ?? ''
    if (request.text === '' && is('crashes on an empty body')) throw new Error('Unexpected end of JSON input')
    if (!type.startsWith('application/json') && !is('takes any content type'))
      return { refused: problem(415, 'application/json is wanted') }
    const sent = parsed(request.text)
    const what = wrong(sent)
    return what === undefined ? { sent: sent as Record<string, unknown> } : { refused: problem(400, what) }
  }

  function create(request: ToyRequest): ToyAnswer {
    const body = bodyOf(request)
    if ('refused' in body) return body.refused
    const { name, status, age, tags } = body.sent
    const id = is('gives an id twice') && pets.size > 2 ? last : ++last
    const given = { ...(age !== undefined && { age }), ...(tags !== undefined && { tags }) }
    const pet: Pet = { id, name, status: status ?? 'available', ...given }
    if (!is('is not stored')) pets.set(id, pet)
    if (is('is not listed')) hidden.add(id)
    return { status: is('creates with 200') ? 200 : 201, body: shown(pet) }
  }

  function list({ query }: ToyRequest): ToyAnswer {
    const limit = query.get('limit') === null ? 20 : Number(query.get('limit'))
    const offset = Number(query.get('offset') ?? 0)
    const isNumber = /^\d+$/.test(query.get('limit') ?? '1') && /^\d+$/.test(query.get('offset') ?? '0')
    if (!is('takes any limit') && (!isNumber || limit < 1 || limit > 100)) return problem(400, 'the page is wrong')
    const status = query.get('status')
    if (status !== null && !STATUSES.includes(status)) return problem(400, 'status is unknown')
    const all = [...pets.values()].filter((pet) => !hidden.has(pet.id))
    if (is('lists the newest first')) all.reverse()
    const matching = all.filter((pet) => status === null || is('ignores the filter') || pet.status === status)
    const found = is('filters by half') && status !== null ? matching.slice(1) : matching
    const from = is('ignores the offset') ? 0 : offset + (is('begins at one') ? 1 : 0)
    return { status: 200, body: found.slice(from, is('ignores the limit') ? undefined : from + limit).map(shown) }
  }

  function item(request: ToyRequest, text: string): ToyAnswer {
    const id = is('reads a lenient id') ? Number.parseInt(text, 10) : /^\d+$/.test(text) ? Number(text) : Number.NaN
    const pet = pets.get(id)
    if (!pet && is('crashes on an unknown id')) throw new Error("Cannot read properties of undefined (reading 'id')")
    if (!pet) return problem(is('finds nothing with 400') ? 400 : 404, 'there is no such pet')
    if (request.method === 'GET') return { status: 200, body: shown(pet) }
    if (request.method === 'DELETE') {
      if (is('stays in the list')) return { status: 204 }
      if (!is('is not deleted')) pets.delete(id)
      return is('deletes with 200') ? { status: 200, body: { message: 'deleted' } } : { status: 204 }
    }
    return replace(request, pet)
  }

  function replace(request: ToyRequest, pet: Pet): ToyAnswer {
    const body = bodyOf(request)
    if ('refused' in body) return body.refused
    const { name, status, age, tags } = body.sent
    const given = { ...(age !== undefined && { age }), ...(tags !== undefined && { tags }) }
    const kept = is('keeps what a replacement leaves out') ? pet : { id: pet.id }
    const next: Pet = { ...kept, id: pet.id, name, status, ...given }
    if (!is('loses an update')) pets.set(pet.id, is('answers what it was sent') ? { ...next, name: 'Rex' } : next)
    return { status: 200, body: shown(next) }
  }

  return (request) => {
    served++
    if (is('limits the rate') && served % 200 === 0)
      return { status: 429, headers: { 'retry-after': '0' }, body: { message: 'slow down' } }
    const [, name, id, more] = /^\/v1\/([^/]+)(?:\/([^/]+))?(\/.*)?$/.exec(request.path) ?? []
    const methods = id === undefined ? ['GET', 'POST'] : ['GET', 'PUT', 'DELETE']
    if (name !== 'pets' || more !== undefined) return problem(404, 'there is nothing here')
    const method = request.method === 'HEAD' ? 'GET' : request.method
    if (!methods.includes(method))
      return { ...problem(405, 'not allowed'), headers: { allow: [...methods, 'HEAD'].join(', ') } }
    const answer =
      id !== undefined
        ? item({ ...request, method }, decodeURIComponent(id))
        : method === 'GET'
          ? list(request)
          : create(request)
    const html = is('answers in HTML') && answer.status === 200
    if (html) return { ...answer, headers: { 'content-type': 'text/html' } }
    const charset = is('longer names of types') ? { 'content-type': 'application/json; charset=utf-8' } : {}
    const extra = is('more headers') ? { 'x-request-id': 'r1', etag: 'W/"1"' } : {}
    return { ...answer, headers: { ...(answer.body !== undefined && charset), ...extra, ...answer.headers } }
  }
}
