import { describe, expect, test } from 'vitest'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileWorkflows } from '../../../src/conform/workflows/load.ts'
import { runWorkflow } from '../../../src/conform/workflows/run.ts'
import type { WorkflowResult } from '../../../src/conform/workflows/workflow-result.ts'
import type { OutgoingRequest } from '../../../src/conform/transport/transport.ts'
import { compileApi } from '../../../src/openapi/compile.ts'

const rows = {
  openapi: '3.1.0',
  info: { title: 'Rows', version: '1' },
  paths: {
    '/rows': {
      get: {
        operationId: 'listRows',
        parameters: [{ name: 'ids', in: 'query', schema: { type: 'array', items: { type: 'string' } } }],
        responses: { 200: { description: 'd' } },
      },
      post: {
        operationId: 'createRow',
        requestBody: { content: { 'application/json': {} } },
        responses: { 201: { description: 'd' } },
      },
    },
    '/rows/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      get: { operationId: 'readRow', responses: { 200: { description: 'd' } } },
      delete: { operationId: 'deleteRow', responses: { 200: { description: 'd' } } },
    },
  },
}
const api = compileApi({ file: 'openapi/rows.yaml', root: rows })

interface Fake {
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly drop?: boolean
}

/** Plays the first workflow of a document against answers that come one after the other. */
async function play(
  workflows: string,
  answers: readonly Fake[],
  inputs: Record<string, unknown> = {},
): Promise<{ result: WorkflowResult; sent: OutgoingRequest[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-'))
  const path = join(folder, 'rows.arazzo.yaml')
  writeFileSync(
    path,
    `arazzo: 1.0.1\ninfo: { title: T, version: 1.0.0 }\nsourceDescriptions: [{ name: rows, type: openapi, url: rows.yaml }]\nworkflows:\n${workflows}`,
  )
  writeFileSync(join(folder, 'note.txt'), 'hello')
  const document = compileWorkflows(api, path, 'openapi/rows.arazzo.yaml')
  const sent: OutgoingRequest[] = []
  const [first] = document.workflows
  if (!first) throw new Error('no workflow')
  const result = await runWorkflow(
    {
      document,
      inputsOf: (workflow) => ({
        ...Object.fromEntries(Object.entries(workflow.inputs).map(([name, input]) => [name, input.default])),
        ...inputs,
      }),
      send: async (request) => {
        const { status = 200, body, headers = {}, drop = false } = answers[sent.length] ?? {}
        sent.push(request)
        const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
        const type = typeof body === 'string' ? 'text/plain' : 'application/json'
        return {
          sent: { ...request, url: `http://x${request.path}` },
          outcome: drop
            ? { kind: 'no-answer', code: 'ECONNRESET', message: 'gone' }
            : { kind: 'answer', status, headers: { 'content-type': type, ...headers }, body: Buffer.from(text), text },
        }
      },
    },
    first,
  )
  return { result, sent }
}

const inputs = `    inputs: { type: object, properties: { name: { type: string, default: Ann }, size: { type: integer, default: 4 } } }\n`

describe('a workflow', () => {
  test('hands outputs on, resolves values and puts replacements into payloads', async () => {
    const { result, sent } = await play(
      `  - workflowId: w
${inputs}    outputs: { id: $steps.create.outputs.id }
    steps:
      - stepId: create
        operationId: createRow
        parameters: [{ name: X-Say, in: header, value: 'hi {$inputs.name}' }, { name: k, in: cookie, value: v }]
        requestBody: { payload: { name: $inputs.name, sizes: [1, 2], missing: {} }, replacements: [{ target: /sizes/1, value: $inputs.size }, { target: /nothing/there, value: 1 }] }
        outputs: { id: $response.body#/id, tag: $response.header.ETag }
      - stepId: read
        operationId: readRow
        parameters: [{ name: id, in: path, value: $steps.create.outputs.id }, { name: If-Match, in: header, value: $steps.create.outputs.tag }]
        successCriteria: [{ condition: $response.body#/id == $steps.create.outputs.id }]
`,
      [{ status: 201, body: { id: 'a/b c' }, headers: { etag: 't1' } }, { body: { id: 'a/b c' } }],
    )
    expect(result).toMatchObject({ broken: [], outputs: { id: 'a/b c' } })
    expect(result.notReached).toBeUndefined()
    expect(sent).toEqual([
      {
        method: 'POST',
        path: '/rows',
        headers: [
          ['X-Say', 'hi Ann'],
          ['Cookie', 'k=v'],
          ['Content-Type', 'application/json'],
        ],
        body: '{"name":"Ann","sizes":[1,4],"missing":{}}',
      },
      { method: 'GET', path: '/rows/a%2Fb%20c', headers: [['If-Match', 't1']] },
    ])
  })

  test('writes queries by the style of the parameter, or as they are where reserved characters are allowed', async () => {
    const { sent } = await play(
      `  - workflowId: w
    steps:
      - stepId: list
        operationId: listRows
        parameters: [{ name: ids, in: query, value: [a, b&c] }, { name: sort, in: query, value: 'id&sort=ASC x', x-allowReserved: true }, { name: 'filter[/a]', in: query, value: '1 2' }]
      - stepId: encoded
        operationId: readRow
        parameters: [{ name: id, in: path, value: a%2Fb, x-allowReserved: encoded }]
`,
      [],
    )
    expect(sent.map(({ path }) => path)).toEqual([
      '/rows?ids=a&ids=b%26c&sort=id&sort=ASC%20x&filter%5B%2Fa%5D=1%202',
      '/rows/a%2Fb',
    ])
  })

  test('sends files beside the document as parts of a form', async () => {
    const { sent } = await play(
      `  - workflowId: w
    steps:
      - stepId: upload
        operationId: createRow
        requestBody: { contentType: multipart/form-data, payload: { note: "$file('./note.txt')", why: because } }
`,
      [],
    )
    const boundary =
      /boundary=(.+)$/.exec(sent[0]?.headers.find(([name]) => name === 'Content-Type')?.[1] ?? '')?.[1] ?? ''
    expect(String(sent[0]?.body)).toBe(
      `--${boundary}\r\nContent-Disposition: form-data; name="note"; filename="note.txt"\r\nContent-Type: application/octet-stream\r\n\r\nhello\r\n` +
        `--${boundary}\r\nContent-Disposition: form-data; name="why"\r\n\r\nbecause\r\n--${boundary}--\r\n`,
    )
  })

  test('goes on behind a documented rule that is broken by a read', async () => {
    const { result, sent } = await play(
      `  - workflowId: w
    steps:
      - { stepId: create, operationId: createRow, requestBody: { payload: {} }, outputs: { id: $response.body#/id } }
      - stepId: read
        operationId: readRow
        parameters: [{ name: id, in: path, value: $steps.create.outputs.id }]
        successCriteria: [{ condition: $statusCode == 200 }, { type: jsonpath, context: $response.body, condition: '$[?@.id == 1]' }]
      - { stepId: list, operationId: listRows }
      - { stepId: delete, operationId: deleteRow, x-cleanup: true, parameters: [{ name: id, in: path, value: $steps.create.outputs.id }], successCriteria: [{ condition: $statusCode == 200 }] }
`,
      [{ body: { id: 1 } }, { status: 404, body: {} }, { status: 200 }, { status: 500 }],
    )
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /rows',
      'GET /rows/1',
      'GET /rows',
      'DELETE /rows/1',
    ])
    expect(result.broken.map(({ step: { id } }) => id)).toEqual(['read', 'delete'])
    expect(result.broken[0]).toMatchObject({
      pointer: '/workflows/0/steps/1/successCriteria/0',
      expected: '$statusCode == 200',
      got: '$statusCode is 404',
      tier: 'documented',
      traceLength: 2,
    })
  })

  test('ends at a request that was taken against a documented rule, after what cleans up', async () => {
    const { result, sent } = await play(
      `  - workflowId: w
    steps:
      - { stepId: create, operationId: createRow, requestBody: { payload: {} }, outputs: { id: $response.body#/id } }
      - { stepId: twice, operationId: createRow, requestBody: { payload: {} }, successCriteria: [{ condition: $statusCode == 409 }] }
      - { stepId: list, operationId: listRows }
      - { stepId: delete, operationId: deleteRow, x-cleanup: true, parameters: [{ name: id, in: path, value: $steps.create.outputs.id }], successCriteria: [{ condition: $statusCode == 200 }] }
`,
      [{ body: { id: 1 } }, { status: 201, body: {} }, { status: 500 }],
    )
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /rows', 'POST /rows', 'DELETE /rows/1'])
    expect(result.broken.map(({ step: { id } }) => id)).toEqual(['twice'])
    expect(result.stoppedBy?.id).toBe('twice')
  })

  test('goes on behind an assumption that is not shared, and reports the promise rather than the assumption', async () => {
    const { result, sent } = await play(
      `  - workflowId: w
    steps:
      - stepId: create
        operationId: createRow
        requestBody: { payload: {} }
        x-inferred: { successCriteria/0: the page prints no status }
        successCriteria: [{ condition: $statusCode == 201 }]
      - stepId: list
        operationId: listRows
        x-inferred: { successCriteria/0: the page prints no status }
        successCriteria: [{ condition: $statusCode == 204 }, { condition: $response.body#/ok == true }]
`,
      [{ status: 200 }, { status: 200, body: { ok: false } }],
    )
    expect(sent).toHaveLength(2)
    expect(result.broken.map(({ pointer, tier, why }) => [pointer, tier, why])).toEqual([
      ['/workflows/0/steps/0/successCriteria/0', 'assumed', 'the page prints no status'],
      ['/workflows/0/steps/1/successCriteria/1', 'documented', undefined],
    ])
  })

  test('reports an output that the answer lacks', async () => {
    const { result } = await play(
      `  - workflowId: w
    steps:
      - { stepId: create, operationId: createRow, requestBody: { payload: {} }, outputs: { id: $response.body#/id } }
      - { stepId: read, operationId: readRow, parameters: [{ name: id, in: path, value: $steps.create.outputs.id }] }
`,
      [{ body: {} }],
    )
    expect(result.broken).toMatchObject([
      {
        pointer: '/workflows/0/steps/0/outputs/id',
        expected: '$response.body#/id is in the answer',
        got: 'it is absent',
      },
    ])
  })

  test('is not reached when a request gets no answer', async () => {
    const { result } = await play('  - workflowId: w\n    steps: [{ stepId: list, operationId: listRows }]\n', [
      { drop: true },
    ])
    expect(result).toMatchObject({ broken: [], notReached: 'list got no answer (ECONNRESET)' })
  })

  test('is not reached when a workflow does not hold that it depends on', async () => {
    const { result, sent } = await play(
      `  - { workflowId: w, dependsOn: [before], steps: [{ stepId: list, operationId: listRows }] }
  - { workflowId: before, steps: [{ stepId: list, operationId: listRows, successCriteria: [{ condition: $statusCode == 200 }] }] }
`,
      [{ status: 503 }],
    )
    expect(sent).toHaveLength(1)
    expect(result).toMatchObject({ broken: [], notReached: 'before, which has to hold before, does not' })
  })

  test('calls other workflows with inputs and uses their outputs', async () => {
    const { result, sent } = await play(
      `  - workflowId: w
    steps:
      - { stepId: call, workflowId: made, parameters: [{ name: name, value: Bob }], outputs: { id: $outputs.id } }
      - { stepId: read, operationId: readRow, parameters: [{ name: id, in: path, value: $steps.call.outputs.id }], successCriteria: [{ condition: $workflows.made.outputs.id == 7 }] }
  - workflowId: made
${inputs}    outputs: { id: $steps.create.outputs.id }
    steps: [{ stepId: create, operationId: createRow, requestBody: { payload: { name: $inputs.name } }, outputs: { id: $response.body#/id } }]
`,
      [{ body: { id: 7 } }],
    )
    expect(result.broken).toEqual([])
    expect(sent.map(({ path, body }) => [path, body])).toEqual([
      ['/rows', '{"name":"Bob"}'],
      ['/rows/7', undefined],
    ])
  })

  test('tries again, jumps and ends as its actions say', async () => {
    const { result, sent } = await play(
      `  - workflowId: w
    steps:
      - stepId: list
        operationId: listRows
        successCriteria: [{ condition: $statusCode == 200 }]
        onFailure: [{ name: again, type: retry, retryLimit: 2, criteria: [{ condition: $statusCode == 503 }] }]
        onSuccess: [{ name: over, type: goto, stepId: last }]
      - { stepId: skipped, operationId: createRow }
      - { stepId: last, operationId: listRows, onSuccess: [{ name: stop, type: end }] }
      - { stepId: never, operationId: createRow }
`,
      [{ status: 503 }, { status: 503 }, { status: 200 }],
    )
    expect(sent.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'GET'])
    expect(result.broken).toEqual([])
  })

  test('gives up after the last try', async () => {
    const { result, sent } = await play(
      `  - workflowId: w
    steps:
      - { stepId: list, operationId: listRows, successCriteria: [{ condition: $statusCode == 200 }], onFailure: [{ name: again, type: retry, retryLimit: 1 }] }
      - { stepId: never, operationId: createRow }
`,
      [{ status: 503 }, { status: 503 }],
    )
    expect(sent).toHaveLength(2)
    expect(result.broken).toMatchObject([{ got: '$statusCode is 503' }])
  })
})
