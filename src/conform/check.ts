import type { ApiName, OperationId, Pointer } from '../openapi/api.ts'
import type { Exchanged } from './transport/transport.ts'

/** Whether the vendor's page states it, or we do (`x-inferred`). */
export type Tier = 'documented' | 'assumed'

/** Every check that the suite makes, by its stable id, with what a server that passes it keeps. */
export const checks = {
  'no-answer': 'every request is answered in time, with HTTP that parses',
  'server-error': 'no request is answered with 5xx',
  'status-undeclared': 'every status is one that the operation declares',
  'content-type': 'the content type is declared, and present where there is a body',
  'body-unparseable': 'the body is what its content type says',
  'body-schema': 'the body of a success matches its schema, formats included',
  'undeclared-property': 'the body has no member that its schema does not know',
  'header-missing': 'required headers are sent',
  'header-invalid': 'headers match their schema',
  'body-forbidden': 'answers with 204 or 304 and answers to HEAD have no body',
  'error-shape': "an error has the API's error format",
  'internal-leak': 'no answer shows a stack trace or a path of the machine',
  'valid-refused': 'a valid request succeeds',
  'success-status': 'a valid request gets the declared status of success',
  'invalid-accepted': 'a request that breaks the spec is refused',
  'refusal-status': 'a refusal has the status that is declared for its reason',
  echo: 'what was sent comes back in the answer',
  'method-accepted': 'a method that the path does not declare is refused with 405',
  'allow-header': 'Allow names the methods of the path, and no others',
  'unknown-path': "an unknown path is refused with 404, in the API's error format",
  'head-like-get': 'HEAD answers like GET, without the body',
  options: 'OPTIONS answers with the methods of the path',
  'media-type-accepted': 'a body of an undeclared content type is refused with 415',
  'size-accepted': 'a body above the limit is refused with 413',
  'credentials-ignored': 'missing or wrong credentials are refused with 401',
  'created-unreadable': 'what was created can be read',
  'created-differs': 'what was created is read as it was sent',
  'created-unlisted': 'what was created is in the list',
  'update-lost': 'an update is there on the next read',
  'update-spills': 'an update changes nothing but what it says',
  'refused-write-changed': 'a refused write changes nothing',
  'deleted-readable': 'what was deleted is gone',
  'deleted-listed': 'what was deleted is gone from the list',
  'id-repeated': 'no two things have one id',
  'tag-unchanged': 'an entity tag changes with the content, and only then',
  'stale-tag-accepted': 'a write with a stale entity tag is refused',
  'lost-update': 'of several writers that exclude each other exactly one wins',
  'filter-wrong': 'a filter returns all that match and nothing else',
  'page-wrong': 'limit and skip walk the whole list once',
  'sort-wrong': 'a list is in the order that was asked for',
  flow: 'a workflow beside the spec goes as written',
  'differs-from-mock': 'a walk of operations is answered as the mock answers it (--against-mock)',
} as const satisfies Readonly<Record<string, string>>

export type CheckId = keyof typeof checks

/** One way in which the server under test differs from its spec. Never thrown: a value like any other. */
export interface Failure {
  readonly check: CheckId
  readonly api: ApiName
  /** `undefined` where no operation applies: an unknown path. */
  readonly operation: OperationId | undefined
  /** The id of the case that found it. */
  readonly caseId: string
  /** Into the spec: the keyword, response, header or operation whose promise is broken. */
  readonly pointer: Pointer
  /** One sentence without ids, times and other values that change from case to case: equal messages are one finding. */
  readonly message: string
  readonly expected: string
  readonly got: string
  readonly tier: Tier
  /** For an assumption: the reason that the spec gives for it. */
  readonly why?: string
  /** What was sent and what came, in order; the last one shows the failure. */
  readonly exchanges: readonly Exchanged[]
  /** A shell command that repeats the last request; secrets stand in it as environment variables. */
  readonly curl: string
  /** For more than one request: a shell script that exits 1 while the failure is there. */
  readonly script?: string
}
