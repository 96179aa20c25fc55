import { negotiated } from './cloud-payments-accept.ts'
import { identify, tenantOf } from './cloud-payments-access.ts'
import { failed } from './cloud-payments-answers.ts'
import {
  type Body,
  type Call,
  type Checked,
  CODES,
  type Failure,
  type OperationName,
  type State,
} from './cloud-payments-call.ts'
import { personProblems } from './cloud-payments-fields.ts'
import { privilegeProblems } from './cloud-payments-privilege-fields.ts'
import type { Problem } from './cloud-payments-problem.ts'
import { statusProblems } from './cloud-payments-status-fields.ts'
import { seededPeople } from './cloud-payments-people.ts'
import { register } from './cloud-payments-register.ts'
import { changeStatus } from './cloud-payments-status.ts'
import type { Defects } from './defects.ts'
import type { HttpRequest, HttpResponse, IndependentApi } from './http.ts'
import { createIds } from './ids.ts'
import { type Has, type Methods, objectOf, readJson, route } from './protocol.ts'

const PATHS: Readonly<Record<string, OperationName>> = {
  '/user/selfregister': 'self',
  '/user/registerPrivilegeUsers': 'privilege',
  '/user/updatePersonStatus': 'status',
}

/** The registration service of Cloud Payments, from the text alone. */
export function createCloudPayments(defects: Defects): IndependentApi {
  const has: Has = (name) => defects.has(`cloud-payments/${name}`)
  const state: State = { people: seededPeople(), ids: createIds('cloud payments') }
  const answer = async (request: HttpRequest): Promise<HttpResponse | undefined> => {
    if (request.path !== '/user' && !request.path.startsWith('/user/')) return undefined
    const call: Call = { request, operation: operationOf(request.path, has), has, state }
    const refuse = (refusal: Failure | Omit<Failure, 'code'>): HttpResponse =>
      failed(call, { code: CODES[refusal.status] ?? 'INVALID_REQUEST', ...refusal })
    return negotiated(request, await route({ request, methods: methodsOf(call), refuse, has }), has)
  }
  const reset = (): void => {
    state.people = seededPeople()
    state.ids = createIds('cloud payments')
  }
  return Object.assign(answer, { reset })
}

function operationOf(path: string, has: Has): OperationName | undefined {
  if (has('protocol/path-any-case')) {
    return Object.entries(PATHS).find(([known]) => known.toLowerCase() === path.toLowerCase())?.[1]
  }
  const asked = has('protocol/trailing-slash-accepted') ? path.replace(/\/$/, '') : path
  return Object.hasOwn(PATHS, asked) ? PATHS[asked] : undefined
}

function methodsOf(call: Call): Methods | undefined {
  const { operation } = call
  return operation && { POST: () => perform({ ...call, operation }) }
}

async function perform(call: Call & { readonly operation: OperationName }): Promise<HttpResponse> {
  const { request, has } = call
  const who = identify(call)
  if ('code' in who) return failed(call, who)
  const read = readJson(request, has)
  if ('refusal' in read) {
    const { status, message } = read.refusal
    return failed(call, { status, message, code: CODES[status] ?? 'INVALID_REQUEST' })
  }
  const tenant = tenantOf(request, has)
  if (typeof tenant !== 'string') return failed(call, tenant)
  const body = objectOf(read.value, has)
  if (!body) return failed(call, invalid([{ field: 'body', text: 'has to be an object' }]))
  const problems = problemsOf(body, call)
  if (problems.length > 0) return failed(call, invalid(problems))
  const checked: Checked = { ...call, tenant, caller: who.person, body }
  return call.operation === 'status' ? changeStatus(checked) : register(checked)
}

function invalid(problems: readonly Problem[]): Failure {
  return { status: 400, code: 'INVALID_REQUEST', message: 'The request can’t be understood', problems }
}

function problemsOf(body: Body, { operation, has }: Call & { readonly operation: OperationName }): readonly Problem[] {
  const place = { operation, has }
  if (operation === 'status') return statusProblems(body, place)
  return [...personProblems(body, place), ...(operation === 'privilege' ? privilegeProblems(body, place) : [])]
}

/* Who calls */
