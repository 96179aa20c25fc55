import { UnderstudyError } from '../../errors.ts'
import type { Case, RequestCase } from '../case.ts'
import type { Target } from '../target.ts'
import type { Transport } from '../transport/transport.ts'
import { isFlow } from '../case.ts'
import { send, type Session } from './session.ts'
import { inParallel } from './pool.ts'

/** Throws TARGET_UNREACHABLE when nothing answers. */
export async function assertReachable(transport: Transport, target: Target): Promise<void> {
  const { outcome } = await transport.send({ method: 'GET', path: '/', headers: [] })
  if (outcome.kind !== 'answer') throw unreachable(target, whyUnreachable(outcome.code, outcome.message))
}

function whyUnreachable(code: string, message: string): string {
  if (code === 'EFRAMING') return `cannot be understood: ${message}`
  if (/CERT|SIGNATURE|ISSUER/.test(code))
    return `has a certificate that is not trusted (${message}); give its authority with --ca FILE, or --insecure`
  if (message.includes('broke off')) return `cannot be understood: ${message}; is its Content-Length right?`
  if (message.includes('closed without')) return `does not answer (${message}); does it speak HTTP, or HTTPS only?`
  return `does not answer (${message}); is it running?`
}

/** Credentials that no operation takes are a mistake of the target file, and not hundreds of the server. */
export async function assertPreflight(session: Session, cases: readonly Case[]): Promise<void> {
  const { api, target } = session.context
  const answers = await inParallel(probesAmong(cases), 4, (probe) => send(session, probe.request))
  const statuses = answers.map(({ outcome }) => (outcome.kind === 'answer' ? outcome.status : 0))
  const [first] = answers
  if (first === undefined) return
  if (statuses.every((status) => status >= 300 && status < 400)) {
    const location = first.outcome.kind === 'answer' ? (first.outcome.headers['location'] ?? '') : ''
    throw unreachable(target, `redirects every request (${location}); give the base URL behind it`)
  }
  if (statuses.every((status) => status === 401)) {
    const remedy = 'give those of this server in a target file (--target FILE)'
    throw unreachable(target, `refuses the credentials of ${api.name} with 401; ${remedy}`)
  }
}

/** For each operation that wants a credential, a request that changes nothing. */
function probesAmong(cases: readonly Case[]): RequestCase[] {
  const isProbe = (each: Case): each is RequestCase =>
    !isFlow(each) &&
    each.operation !== undefined &&
    each.given.length === 0 &&
    each.changesNothing &&
    (each.expectation.kind === 'success' || each.kind === 'mutation') &&
    !each.operation.security.some((schemes) => schemes.length === 0) &&
    each.operation.security.length > 0
  const probes = cases.filter(isProbe).toReversed()
  return [...new Map(probes.map((each) => [each.operation?.id, each])).values()]
}

function unreachable(target: Target, message: string): UnderstudyError {
  return new UnderstudyError('TARGET_UNREACHABLE', message, target.baseUrl)
}
