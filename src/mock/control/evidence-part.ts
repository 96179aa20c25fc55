import type { Exchange } from '../handler.ts'
import { refuse, reply } from '../handler.ts'
import type { JournalEntry } from '../journal.ts'
import type { Session } from '../session.ts'
import { verifyRequests, type Assertion } from '../verify.ts'
import { badRequests, type ControlPart, dateTime, json, jsonBody, object, paging, problem, queryParameter, ref } from './part.ts'

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
          queryParameter('status', 'Only this status.', { type: 'integer' }),
          queryParameter('method', 'Only this method.', text),
          queryParameter('refusedBy', 'Only what this stage refused.', text),
          ...paging,
        ],
        responses: { '200': json('A page of the journal.', ref('Journal')), '400': problem('A parameter is not valid.') },
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
        parameters: [queryParameter('api', 'Only this API.', text)],
        responses: { '200': json('Coverage by operation.', ref('Coverage')), '400': problem('There is no such API.') },
      },
    },
  },
  schemas: {
    Violations: object({
      count,
      violations: {
        type: 'array',
        items: object({ operationId: text, status: { type: 'integer' }, pointer: text, message: text, at: dateTime }),
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
        response: { type: 'object' },
      },
    },
    Assertion: object(
      {
        operationId: text,
        count: { type: ['integer', 'object'], minimum: 0, properties: { atLeast: count, atMost: count }, minProperties: 1, additionalProperties: false },
        status: { type: 'integer' },
        body: { description: 'Members that the request body must have, at any depth; lists must be equal.' },
      },
      ['operationId'],
    ),
    Verdict: object(
      {
        verified: { type: 'boolean' },
        count,
        nearMisses: { type: 'array', items: object({ id: { type: 'integer' }, differences: { type: 'array', items: text } }) },
        reason: text,
      },
      ['verified', 'count', 'nearMisses'],
    ),
    Coverage: object({ percent: { type: 'number' }, operations: { type: 'array', items: { type: 'object' } } }),
  },
  handlers: ({ engines }) => ({
    getViolations: (_exchange, session) => reply(200, session.violations),
    listRequests: (exchange, session) => reply(200, journalPage(exchange, session)),
    clearRequests: (_exchange, { journal }) => {
      journal.clear()
      return reply(204)
    },
    verifyRequests: ({ body }, { journal }) => {
      const assertion = body as Assertion
      const known = engines.some(({ plans }) => plans.some(({ operation }) => operation.id === assertion.operationId))
      if (!known) return refuse(400, `There is no operation ${JSON.stringify(assertion.operationId)}.`)
      return reply(200, verifyRequests(journal, assertion))
    },
    getCoverage: ({ query }, { coverage }) => {
      const apis = engines.map(({ api }) => api).filter(({ name }) => query['api'] === undefined || name === query['api'])
      return apis.length === 0 ? refuse(400, `There is no API ${JSON.stringify(query['api'])}.`) : reply(200, coverage.report(apis))
    },
  }),
}

function journalPage({ query }: Exchange, { journal }: Session) {
  const { operationId, status, method, refusedBy, skip = 0, limit = 100 } = query as Record<string, string | number | undefined>
  const wanted = (entry: JournalEntry): boolean =>
    (operationId === undefined || entry.operationId === operationId) &&
    (status === undefined || entry.status === status) &&
    (method === undefined || entry.method === String(method).toUpperCase()) &&
    (refusedBy === undefined || entry.refusedBy === refusedBy)
  const found = [...journal.entries()].filter(wanted)
  return { requests: found.slice(Number(skip), Number(skip) + Number(limit)), total: found.length, evicted: journal.evicted }
}
