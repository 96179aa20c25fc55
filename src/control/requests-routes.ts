import type { FastifyPluginCallback } from 'fastify'
import { refusalStages } from '../mock/handlers/handler.ts'
import { coverageTable } from '../mock/session/coverage-table.ts'
import { journalSchema } from '../mock/session/journal-schema.ts'
import type { JournalFilter } from '../mock/session/journal.ts'
import { count, dateTime, object, text } from '../mock/session/json-schema.ts'
import { type Assertion, assertionSchema } from '../mock/session/verify.ts'
import type { ControlOptions } from './control-options.ts'
import { coverageSchema } from './coverage-schema.ts'
import { streamRoute } from './stream-route.ts'
import { badRequests, empty, json, type Paging, paging, problem, query } from './route-schema.ts'

export const requestsTag = { name: 'evidence', description: 'What happened in a session' }

const tags = ['evidence']

const violationsSchema = object({
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
})

const verdictSchema = object(
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
)

/** What happened in a session. */
export const requestsRoutes: FastifyPluginCallback<ControlOptions> = (app, options, done) => {
  const { control, engines } = options
  app.get(
    '/violations',
    {
      schema: {
        operationId: 'getViolations',
        tags,
        summary: 'List violations',
        description: 'Answers of the mock that broke its own specs.',
        response: { 200: json('The count, and the latest of them.', violationsSchema) },
      },
    },
    ({ mockSession }) => mockSession.violations,
  )
  app.get<{ Querystring: JournalFilter & Paging }>(
    '/requests',
    {
      schema: {
        operationId: 'listRequests',
        tags,
        summary: 'List requests',
        description: 'The journal: requests and answers, oldest first, with credentials redacted.',
        querystring: query({
          operationId: { ...text, description: 'Only this operation.' },
          api: { ...text, description: 'Only this API.' },
          status: { type: 'integer', description: 'Only this status.' },
          method: { ...text, description: 'Only this method.' },
          refusedBy: { type: 'string', enum: refusalStages, description: 'Only what this stage refused.' },
          ...paging,
        }),
        response: { 200: json('A page of the journal.', journalSchema), 400: problem('A parameter is not valid.') },
      },
    },
    ({ mockSession, query: { skip = 0, limit = 100, ...filter } }) => ({
      requests: control.requests(mockSession, filter, { skip, limit }),
      total: mockSession.journal.count(filter),
      evicted: mockSession.journal.evicted,
    }),
  )
  app.register(streamRoute, options)
  app.delete(
    '/requests',
    {
      schema: {
        operationId: 'clearRequests',
        tags,
        summary: 'Clear the journal',
        response: { 204: empty('It is empty.') },
      },
    },
    ({ mockSession }, reply) => {
      mockSession.journal.clear()
      return reply.code(204).send()
    },
  )
  app.post<{ Body: Assertion }>(
    '/requests/verify',
    {
      schema: {
        operationId: 'verifyRequests',
        tags,
        summary: 'Verify requests',
        description: 'Whether an operation was called as it should have been.',
        body: { ...assertionSchema, examples: [{ operationId: engines[0]?.api.operations[0]?.id ?? '', count: 0 }] },
        response: { 200: json('The verdict, and what nearly matched.', verdictSchema), ...badRequests },
      },
    },
    ({ mockSession, body }) => control.verify(mockSession, body),
  )
  app.get<{ Querystring: { readonly api?: string } }>(
    '/coverage',
    {
      schema: {
        operationId: 'getCoverage',
        tags,
        summary: 'Read the coverage',
        description:
          'Which operations, statuses, parameters and enum values were used. By all sessions together, and whatever was reset since: it is the coverage of a test run, not of one test. With `Accept: text/plain` as a table.',
        querystring: query({ api: { ...text, description: 'Only this API.' } }),
        response: {
          200: {
            description: 'Coverage by operation.',
            content: { 'application/json': { schema: coverageSchema }, 'text/plain': { schema: text } },
          },
          400: problem('There is no such API.'),
        },
      },
    },
    ({ headers, query: { api } }, reply) => {
      const report = control.coverage(api)
      return headers.accept?.startsWith('text/plain') === true
        ? reply.type('text/plain; charset=utf-8').send(coverageTable(report))
        : report
    },
  )
  app.delete(
    '/coverage',
    {
      schema: {
        operationId: 'clearCoverage',
        tags,
        summary: 'Reset the coverage',
        response: { 204: empty('Nothing counts as used.') },
      },
    },
    (_request, reply) => {
      control.sessions.coverage.clear()
      return reply.code(204).send()
    },
  )
  done()
}
