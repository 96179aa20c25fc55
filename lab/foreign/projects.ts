import { randomUUID } from 'node:crypto'
import { isRecord, parsed, type ToyAnswer, type ToyApi, type ToyRequest } from './toy-server.ts'

/** What may be wrong with the projects API; a run of the suite has to find each. */
export const projectsFaults = [
  'needs no key',
  'takes any key',
  'sends no location',
  'points elsewhere',
  'forgets the envelope',
  'leaves out a required property',
  'has a date of another form',
  'is not stored',
  'is not listed',
  'is not deleted',
  'stays in the list',
  'loses an update',
  'an update takes the rest away',
  'an update changes all',
  'ignores the filter',
  'ignores the page',
  'counts pages from nought',
  'ignores the page size',
  'has a wrong total',
  'ignores the order',
  'sorts one way only',
  'crashes on an empty body',
  'crashes on null',
  'crashes on an unknown id',
  'takes a missing title',
  'takes a short title',
  'takes any state',
  'takes unknown properties',
  'takes a negative budget',
  'takes any date',
  'takes any page size',
  'answers errors as JSON',
  'answers with the first',
] as const

/** What a correct projects API may do differently; none of it may be blamed. */
export const projectsVariants = [
  'as it stands',
  'an absolute location',
  'more in the envelope',
  'times of another zone',
  '410 for what was deleted',
  'has rows of its own',
  'lists the newest first',
  '400 for what is no JSON',
  'refuses ids of another form with 422',
  'shows null for what is missing',
] as const

export type ProjectsQuirk = (typeof projectsFaults)[number] | (typeof projectsVariants)[number]

interface Project {
  readonly id: string
  readonly title: string
  readonly state: string
  readonly created_at: string
  readonly budget?: number
  readonly due?: string | null
}

const NAMES = ['title', 'state', 'budget', 'due']

/** The projects API of `projects.yaml`, correct or with one quirk. */
export function createProjects(quirk: ProjectsQuirk): ToyApi {
  const is = (name: ProjectsQuirk): boolean => quirk === name
  const projects = new Map<string, Project>()
  const hidden = new Set<string>()
  const gone = new Set<string>()
  if (is('has rows of its own'))
    for (const title of [
      'Roof',
      'Cellar',
      'Attic',
      'Garden',
      'Porch',
      'Stairs',
      'Hall',
      'Kitchen',
      'Bath',
      'Shed',
      'Gate',
      'Well',
    ])
      create({ title, state: title.length > 4 ? 'done' : 'open' })

  function problem(status: number, detail: string): ToyAnswer {
    const body = { title: `Error ${status}`, status, detail }
    return { status, body, headers: is('answers errors as JSON') ? {} : { 'content-type': 'application/problem+json' } }
  }

  function wrong(data: unknown, isNew: boolean): string | undefined {
    if (!isRecord(data)) return 'data is no object'
    const unknown = Object.keys(data).find((name) => !NAMES.includes(name))
    if (unknown !== undefined && !is('takes unknown properties')) return `${unknown} is unknown`
    const { title, state, budget, due } = data
    if (title === undefined) {
      if (isNew && !is('takes a missing title')) return 'title is missing'
    } else if (typeof title !== 'string' || [...title].length > 60) return 'title is wrong'
    else if ([...title].length < 3 && !is('takes a short title')) return 'title is too short'
    if (state !== undefined && state !== 'open' && state !== 'done' && !is('takes any state')) return 'state is unknown'
    if (budget !== undefined && (typeof budget !== 'number' || (budget < 0 && !is('takes a negative budget'))))
      return 'budget is wrong'
    if (due !== undefined && due !== null && !isDate(due)) return 'due is no date'
    return undefined
  }

  function isDate(due: unknown): boolean {
    if (typeof due !== 'string') return false
    const day = new Date(`${due}T00:00:00Z`)
    const isReal = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(due)
    return is('takes any date') || (/^\d{4}-\d{2}-\d{2}$/.test(due) && isReal)
  }

  function create(data: Record<string, unknown>): Project {
    const now = new Date()
    const created = is('times of another zone') ? now.toISOString().replace('Z', '+00:00') : now.toISOString()
    const project = { id: randomUUID(), title: 'none', state: 'open', ...data, created_at: created } as Project
    if (!is('is not stored')) projects.set(project.id, project)
    if (is('is not listed')) hidden.add(project.id)
    return project
  }

  function shown(project: Project): unknown {
    const whole: Record<string, unknown> = { ...project }
    if (is('leaves out a required property')) delete whole['created_at']
    if (is('has a date of another form')) whole['created_at'] = 'yesterday'
    if (is('shows null for what is missing') && !('due' in whole)) whole['due'] = null
    return whole
  }

  function answered(status: number, project: Project, headers = {}): ToyAnswer {
    const data = shown(project)
    if (is('forgets the envelope')) return { status, body: data, headers }
    return { status, headers, body: is('more in the envelope') ? { data, links: { self: '/' } } : { data } }
  }

  function dataOf(request: ToyRequest, isNew: boolean): { data: Record<string, unknown> } | { refused: ToyAnswer } {
    if (request.text === '' && is('crashes on an empty body')) throw new Error('Unexpected end of JSON input')
    const body = parsed(request.text)
    if (body === undefined) return { refused: problem(is('400 for what is no JSON') ? 400 : 422, 'this is no JSON') }
    if (body === null && is('crashes on null')) throw new Error("Cannot read properties of null (reading 'data')")
    const data = isRecord(body) ? body['data'] : undefined
    const what = wrong(data, isNew)
    return what === undefined ? { data: data as Record<string, unknown> } : { refused: problem(422, what) }
  }

  function add(request: ToyRequest): ToyAnswer {
    const body = dataOf(request, true)
    if ('refused' in body) return body.refused
    const project = create(body.data)
    const path = `/api/projects/${is('points elsewhere') ? '0' : project.id}`
    const location = is('an absolute location') ? `http://${request.headers.host}${path}` : path
    return answered(201, project, is('sends no location') ? {} : { location })
  }

  function list({ query }: ToyRequest): ToyAnswer {
    const size = query.get('per_page') === null ? 10 : Number(query.get('per_page') || 'none')
    const page = query.get('page') === null ? 1 : Number(query.get('page') || 'none')
    const isSize = Number.isInteger(size) && size >= 1 && size <= 50
    if ((!isSize && !is('takes any page size')) || !Number.isInteger(page) || page < 1)
      return problem(422, 'the page is wrong')
    const state = query.get('state')
    const sort = query.get('sort')
    if (state !== null && state !== 'open' && state !== 'done') return problem(422, 'state is unknown')
    if (sort !== null && sort !== 'title' && sort !== '-title') return problem(422, 'sort is unknown')
    const all = [...projects.values()].filter(({ id }) => !hidden.has(id))
    if (is('lists the newest first')) all.reverse()
    const found = all.filter((each) => state === null || is('ignores the filter') || each.state === state)
    if (sort !== null && !is('ignores the order')) {
      const sign = sort === '-title' && !is('sorts one way only') ? -1 : 1
      found.sort((one, other) => (one.title < other.title ? -sign : one.title > other.title ? sign : 0))
    }
    const first = is('ignores the page') ? 0 : (is('counts pages from nought') ? page : page - 1) * size
    const data = found.slice(first, is('ignores the page size') ? undefined : first + size).map(shown)
    const total = is('has a wrong total') ? data.length + 1 : found.length
    return { status: 200, body: { data, meta: { total, page, per_page: size } } }
  }

  function item(request: ToyRequest, id: string): ToyAnswer {
    const project = is('answers with the first') ? [...projects.values()][0] : projects.get(id)
    if (!project) {
      if (is('crashes on an unknown id')) throw new Error("Cannot read properties of undefined (reading 'id')")
      if (is('410 for what was deleted') && gone.has(id)) return problem(410, 'is deleted')
      const isForm = /^[0-9a-f-]{36}$/.test(id)
      return problem(!isForm && is('refuses ids of another form with 422') ? 422 : 404, 'there is no such project')
    }
    if (request.method === 'GET') return answered(200, project)
    if (request.method === 'PATCH') return update(request, project)
    if (is('stays in the list')) return { status: 204 }
    if (!is('is not deleted')) projects.delete(project.id)
    gone.add(project.id)
    return { status: 204 }
  }

  function update(request: ToyRequest, project: Project): ToyAnswer {
    const body = dataOf(request, false)
    if ('refused' in body) return body.refused
    const kept = is('an update takes the rest away')
      ? { id: project.id, title: project.title, state: 'open', created_at: project.created_at }
      : project
    const next: Project = { ...kept, ...body.data }
    if (!is('loses an update')) projects.set(project.id, next)
    if (is('an update changes all')) for (const [key, each] of projects) projects.set(key, { ...each, ...body.data })
    return answered(200, next)
  }

  return (request) => {
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const key = request.headers['x-api-key']
    if (!is('needs no key') && (is('takes any key') ? key === undefined : key !== 'secret'))
      return problem(401, 'a key is needed')
    const [, id] = /^\/api\/projects(?:\/([^/]+))?$/.exec(request.path) ?? ['', '\0']
    if (id === '\0') return problem(404, 'there is nothing here')
    const methods = id === undefined ? ['GET', 'POST'] : ['GET', 'PATCH', 'DELETE']
    if (!methods.includes(method))
      return {
        ...problem(405, 'not allowed'),
        headers: { allow: [...methods, 'HEAD'].join(', '), 'content-type': 'application/problem+json' },
      }
    const asked = { ...request, method }
    if (id !== undefined) return item(asked, decodeURIComponent(id))
    return method === 'GET' ? list(asked) : add(asked)
  }
}
