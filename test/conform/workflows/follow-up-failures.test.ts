import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { laterFailures, withoutFollowUpFailures } from '../../../src/conform/workflows/follow-up-failures.ts'
import { compileWorkflows } from '../../../src/conform/workflows/load.ts'
import { runWorkflow, type WorkflowEnvironment } from '../../../src/conform/workflows/run.ts'
import type { WorkflowResult } from '../../../src/conform/workflows/workflow-result.ts'
import { linksOf } from '../../../src/conform/run/links.ts'
import { compileApi } from '../../../src/openapi/compile.ts'

/** A membership that is begun and ended. */
const root = {
  openapi: '3.1.0',
  info: { title: 'Club', version: '1' },
  paths: {
    '/join': {
      post: {
        operationId: 'join',
        requestBody: { content: { 'application/json': {} } },
        responses: {
          200: {
            description: 'd',
            links: { leave: { operationId: 'leave', requestBody: { name: '$request.body#/name' }, 'x-undoes': true } },
          },
        },
      },
    },
    '/leave': {
      post: {
        operationId: 'leave',
        requestBody: { content: { 'application/json': {} } },
        responses: { 200: { description: 'd' } },
      },
    },
  },
}
const api = compileApi({ file: 'openapi/club.yaml', root })

const step = (id: string, operation: 'join' | 'leave', status: 200 | 400, { name = 'Ada', assumed = false } = {}) => `
      - stepId: ${id}
        operationId: $sourceDescriptions.club.${operation}
        requestBody: { contentType: application/json, payload: { name: ${name} } }
        ${assumed ? 'x-inferred: the page does not say' : ''}
        successCriteria: [{ condition: $statusCode == ${status} }]`

interface Club {
  /** Names that it refuses. */
  readonly refused: readonly string[]
  readonly keepsMembers?: boolean
}

/** Plays the steps before a club; one that is left out of a second play is left out of the club's state, too. */
async function play(
  steps: readonly string[],
  { refused, keepsMembers = true }: Club,
): Promise<WorkflowResult & { readonly later: readonly WorkflowResult[] }> {
  const path = join(mkdtempSync(join(tmpdir(), 'understudy-')), 'club.arazzo.yaml')
  const head =
    'arazzo: 1.0.1\ninfo: { title: T, version: 1.0.0 }\nsourceDescriptions: [{ name: club, type: openapi, url: club.yaml }]'
  writeFileSync(path, `${head}\nworkflows:\n  - workflowId: w\n    summary: s\n    steps:${steps.join('')}\n`)
  const document = compileWorkflows(api, path, 'openapi/club.arazzo.yaml')
  const [workflow] = document.workflows
  if (!workflow) throw new Error('no workflow')
  const environment = (): WorkflowEnvironment => {
    let isMember = false
    return {
      document,
      inputsOf: () => ({}),
      send: async (request) => {
        const { name } = JSON.parse(String(request.body)) as { name: string }
        const joins = request.path === '/join'
        const ok = joins ? !isMember && !refused.includes(name) : isMember
        if (ok) isMember = joins && keepsMembers
        const answer = { status: ok ? 200 : 400, headers: {}, text: '', body: new Uint8Array(), durationMs: 1 }
        return { sent: { ...request, url: request.path }, outcome: { kind: 'answer', ...answer } } as never
      },
    }
  }
  const first = await runWorkflow(environment(), workflow)
  const replay = { workflow, links: linksOf(api), environment: async () => environment(), canReset: true }
  const [result, ...others] = await withoutFollowUpFailures(first, replay)
  return { ...result, later: [...others, ...(await laterFailures(first, replay))] }
}

const told = ({ broken }: WorkflowResult): string[] => broken.map(({ tier, step: { id } }) => `${tier} ${id}`)

test('what follows from a request that was taken, which we only assumed to be refused, is no failure', async () => {
  const steps = [step('odd', 'join', 400, { name: 'x', assumed: true }), step('plain', 'join', 200)]
  const result = await play(steps, { refused: [] })
  expect(told(result)).toEqual(['assumed odd', 'assumed plain'])
  expect(result.broken[1]?.why).toBe('it follows from another assumption: the page does not say')
})

test('what follows from a request that was refused, which we only assumed to be taken, is no failure', async () => {
  const steps = [
    step('odd', 'join', 200, { name: 'x', assumed: true }),
    step('end', 'leave', 200),
    step('plain', 'join', 200),
  ]
  expect(told(await play(steps, { refused: ['x'] }))).toEqual(['assumed odd', 'assumed end'])
})

test('what is there without the assumption, too, stays a failure', async () => {
  const steps = [
    step('odd', 'join', 200, { name: 'x', assumed: true }),
    step('end', 'leave', 200),
    step('plain', 'join', 200),
    step('over', 'leave', 200),
  ]
  const result = await play(steps, { refused: ['x'], keepsMembers: false })
  expect(told(result)).toEqual(['assumed odd', 'assumed end'])
  expect(result.later.map(told)).toEqual([['documented over']])
})

test('a request that was taken against a rule hides no rule behind it', async () => {
  const steps = [
    step('bad', 'join', 400, { name: 'bad' }),
    step('plain', 'join', 200),
    step('over', 'leave', 200),
    step('worse', 'join', 400, { name: 'worse' }),
  ]
  const result = await play(steps, { refused: [] })
  expect(told(result)).toEqual(['documented bad'])
  expect(result.later.map(told)).toEqual([['documented worse']])
})

test('a request that was refused against a rule hides no other of its kind, and what needs it is not judged', async () => {
  const steps = [
    step('one', 'join', 200, { name: 'x' }),
    step('end', 'leave', 200),
    step('two', 'join', 200),
    step('over', 'leave', 200),
    step('three', 'join', 200, { name: 'y' }),
  ]
  const result = await play(steps, { refused: ['x', 'y'] })
  expect(told(result)).toEqual(['documented one', 'documented three'])
})
