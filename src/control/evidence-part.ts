import { coverageTable } from '../mock/session/coverage-table.ts'
import { unknownTarget } from '../mock/session/faults.ts'
import { type Exchange, refusalStages, refuse, reply } from '../mock/handlers/handler.ts'
import type { JournalFilter } from '../mock/session/journal.ts'
import type { Session } from '../mock/session/session.ts'
import { verifyRequests, type Assertion } from '../mock/session/verify.ts'
import {
  badRequests,
  type ControlPart,
  dateTime,
  json,
  jsonBody,
  object,
  paging,
  problem,
  queryParameter,
  ref,
} from './part.ts'

const text = { type: 'string' } as const
const count = { type: 'integer', minimum: 0 } as const

/** What happened in a session. */
export const evidencePart: ControlPart = {
  tag: { name: 'evidence', description: 'What happened in a session' },
  paths: {
    '/__mock/violations': {
      get: {
        operationId: 'getViolations',
        tags: ['evidence'],
        summary: 'Answers of the mock that broke its own specs',
        responses: { '200': json('The count, and the latest of them.', ref('Violations')) },
      },
    },
    '/__mock/requests': {
      get: {
        operationId: 'listRequests',
        tags: ['evidence'],
        summary: 'The journal: requests and answers, oldest first, credentials masked',
        parameters: [
          queryParameter('operationId', 'Only this operation.', text),
          queryParameter('api', 'Only this API.', text),
          queryParameter('status', 'Only this status.', { type: 'integer' }),
          queryParameter('method', 'Only this method.', text),
          queryParameter('refusedBy', 'Only what this stage refused.', { enum: refusalStages }),
          ...paging,
        ],
        responses: {
          '200': json('A page of the journal.', ref('Journal')),
          '400': problem('A parameter is not valid.'),
        },
      },
      delete: {
        operationId: 'clearRequests',
        tags: ['evidence'],
        summary: 'Empty the journal',
        responses: { '204': { description: 'It is empty.' } },
      },
    },
    '/__mock/requests/verify': {
      post: {
        operationId: 'verifyRequests',
        tags: ['evidence'],
        summary: 'Was an operation called as it should have been?',
        requestBody: jsonBody(ref('Assertion')),
        responses: { '200': json('The verdict, and what nearly matched.', ref('Verdict')), ...badRequests() },
      },
    },
    '/__mock/coverage': {
      get: {
        operationId: 'getCoverage',
        tags: ['evidence'],
        summary: 'Which operations, statuses, parameters and enum values were used',
        description:
          'By all sessions together, and whatever was reset since: it is the coverage of a test run, not of one test. With `Accept: text/plain` as a table.',
        parameters: [queryParameter('api', 'Only this API.', text)],
        responses: {
          '200': {
            description: 'Coverage by operation.',
            content: { 'application/json': { schema: ref('Coverage') }, 'text/plain': { schema: text } },
          },
          '400': problem('There is no such API.'),
        },
      },
      delete: {
        operationId: 'clearCoverage',
        tags: ['evidence'],
        summary: 'Begin to count anew',
        responses: { '204': { description: 'Nothing counts as used.' } },
      },
    },
  },
  schemas: {
    Violations: object({
      count,
      violations: {
        type: 'array',
        items: object(
          {
            operationId: text,
            status: { type: 'integer' },
            pointer: text,
            message: text,
            at: dateTime,
            direction: {
              enum: ['request', 'response'],
              description: 'Only a proxy sends it: the mock refuses wrong requests, a proxy passes them on.',
            },
            inferred: { type: 'string', description: 'Why the rule that was broken is an assumption, if it is one.' },
          },
          ['operationId', 'status', 'pointer', 'message', 'at'],
        ),
      },
    }),
    Journal: object({ requests: { type: 'array', items: ref('Request') }, total: count, evicted: count }),
    Request: {
      type: 'object',
      required: ['id', 'at', 'api', 'operationId', 'method', 'path', 'query', 'headers', 'body', 'status', 'response'],
      properties: {
        id: { type: 'integer' },
        at: dateTime,
        api: { type: ['string', 'null'] },
        operationId: { type: ['string', 'null'] },
        method: text,
        path: text,
        query: text,
        headers: { type: 'object' },
        status: { type: 'integer' },
        refusedBy: text,
        fault: text,
        body: true,
        response: object({ headers: { type: 'object' }, body: true }),
      },
      additionalProperties: false,
    },
    Assertion: object(
      {
        operationId: text,
        count: {
          type: ['integer', 'object'],
          minimum: 0,
          properties: { atLeast: count, atMost: count },
          minProperties: 1,
          additionalProperties: false,
        },
        status: { type: 'integer' },
        body: { description: 'Members that the request body must have, at any depth; lists must be equal.' },
      },
      ['operationId'],
    ),
    Verdict: object(
      {
        verified: { type: 'boolean' },
        count,
        nearMisses: {
          type: 'array',
          items: object({ id: { type: 'integer' }, differences: { type: 'array', items: text } }),
        },
        reason: text,
      },
      ['verified', 'count', 'nearMisses'],
    ),
    Coverage: object({
      percent: { type: 'number', minimum: 0, maximum: 100 },
      operations: {
        type: 'array',
        items: object({
          api: text,
          operationId: text,
          requests: count,
          statuses: {
            type: 'object',
            description: 'Declared status → how often it was answered.',
            additionalProperties: count,
          },
          undeclared: {
            type: 'object',
            description: 'What faults and refusals left that the spec does not declare.',
            additionalProperties: count,
          },
          parameters: {
            type: 'object',
            description: '`query limit` → used.',
            additionalProperties: { type: 'boolean' },
          },
          values: {
            type: 'object',
            description: 'Enum values by place, such as `body /userRole`: value → used.',
            additionalProperties: { type: 'object', additionalProperties: { type: 'boolean' } },
          },
        }),
      },
    }),
  },
  handlers: ({ engines, sessions: { coverage } }) => ({
    getViolations: (_exchange, session) => reply(200, session.violations),
    listRequests: (exchange, session) => {
      const unknown = unknownTarget(
        engines.map(({ api }) => api),
        exchange.query,
      )
      if (unknown) return refuse(400, `There is no ${unknown} ${JSON.stringify(exchange.query[unknown])}.`)
      return reply(200, journalPage(exchange, session))
    },
    clearRequests: (_exchange, { journal }) => {
      journal.clear()
      return reply(204)
    },
    verifyRequests: ({ body }, { journal }) => {
      const assertion = body as Assertion
      const known = engines.some(({ plans }) => plans.some(({ operation }) => operation.id === assertion.operationId))
      if (!known) return refuse(400, `There is no operation ${JSON.stringify(assertion.operationId)}.`)
      if (!canHold(assertion.count))
        return refuse(400, 'No count is at least atLeast and at most atMost: atLeast is the larger of them.')
      return reply(200, verifyRequests(journal, assertion))
    },
    getCoverage: ({ query, request }) => {
      const apis = engines
        .map(({ api }) => api)
        .filter(({ name }) => query['api'] === undefined || name === query['api'])
      if (apis.length === 0) return refuse(400, `There is no API ${JSON.stringify(query['api'])}.`)
      const report = coverage.report(apis)
      const wantsTable = String(request.headers['accept'] ?? '').startsWith('text/plain')
      return wantsTable
        ? reply(200, coverageTable(report), { 'content-type': 'text/plain; charset=utf-8' })
        : reply(200, report)
    },
    clearCoverage: () => {
      coverage.clear()
      return reply(204)
    },
  }),
}

function canHold(count: Assertion['count']): boolean {
  if (typeof count !== 'object') return true
  const { atLeast = 0, atMost = atLeast } = count
  return atLeast <= atMost
}

function journalPage({ query }: Exchange, { journal }: Session) {
  const { skip = 0, limit = 100, ...filter } = query as JournalFilter & { skip?: number; limit?: number }
  const requests = [...journal.entries(filter, { skip, limit })]
  return { requests, total: journal.count(filter), evicted: journal.evicted }
}
