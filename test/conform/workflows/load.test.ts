import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { compileWorkflows } from '../../../src/conform/workflows/load.ts'
import type { WorkflowDocument } from '../../../src/conform/workflows/workflow.ts'
import { ownSpecs } from '../../../src/paths.ts'
import { loadApis } from '../../../src/openapi/load.ts'

const folder = mkdtempSync(join(tmpdir(), 'understudy-'))
afterAll(() => rmSync(folder, { recursive: true }))
const [digitalchalk] = loadApis(ownSpecs, ['digitalchalk'])

function compile(text: string): WorkflowDocument {
  const path = join(folder, 'x.arazzo.yaml')
  writeFileSync(path, text)
  if (!digitalchalk) throw new Error('there is no spec of DigitalChalk')
  return compileWorkflows(digitalchalk, path, 'openapi/x.arazzo.yaml')
}

/** A document with one step; each argument replaces one of its parts. */
function oneStep({
  head = '',
  workflow = '',
  step = '',
  criteria = '          - condition: $statusCode == 200',
} = {}): string {
  return `arazzo: 1.0.1
info: { title: T, version: 1.0.0 }
sourceDescriptions:
  - { name: chalk, type: openapi, url: digitalchalk.yaml }
components:
  parameters:
    token: { name: Authorization, in: header, value: 'Bearer {$inputs.token}' }
${head}
workflows:
  - workflowId: reads
    inputs:
      type: object
      properties:
        token: { type: string, format: password, default: abc }
        registrationId: { type: string, default: 65ade781cc98d136543678191005431a }
${workflow}
    steps:
      - stepId: read
        operationId: $sourceDescriptions.chalk.getRegistration
        parameters:
          - reference: $components.parameters.token
          - { name: id, in: path, value: $inputs.registrationId }
${step}
        successCriteria:
${criteria}
`
}

describe('a workflow document', () => {
  test('is compiled against the operations of its spec', () => {
    const [workflow] = compile(
      oneStep({ workflow: '    summary: Reads\n    x-inputs: { fresh: [token] }\n    x-needs: [reset]' }),
    ).workflows
    expect(workflow).toMatchObject({
      id: 'reads',
      summary: 'Reads',
      needsReset: true,
      fresh: ['token'],
      inputs: { token: { default: 'abc', secret: true }, registrationId: { secret: false } },
      steps: [
        {
          kind: 'operation',
          operation: { id: 'getRegistration' },
          parameters: [
            { name: 'Authorization', in: 'header', value: 'Bearer {$inputs.token}' },
            { name: 'id', in: 'path', value: '$inputs.registrationId' },
          ],
        },
      ],
    })
  })

  test('may name operations by their id alone or by their path', () => {
    const byId = oneStep().replace('$sourceDescriptions.chalk.getRegistration', 'getRegistration')
    expect(compile(byId).workflows[0]?.steps[0]).toMatchObject({ operation: { id: 'getRegistration' } })
    const byPath = oneStep().replace(
      'operationId: $sourceDescriptions.chalk.getRegistration',
      "operationPath: '{$sourceDescriptions.chalk.url}#/paths/~1dc~1api~1v5~1registrations~1{id}/get'",
    )
    expect(compile(byPath).workflows[0]?.steps[0]).toMatchObject({ operation: { id: 'getRegistration' } })
  })

  test.each([
    ['an unknown version', oneStep().replace('1.0.1', '2.0.0'), '#/arazzo: must be 1.0.x'],
    ['an unknown member', oneStep({ head: 'steps: []' }), '#/steps: is not known here'],
    [
      'another spec',
      oneStep().replace('digitalchalk.yaml', 'polis.yaml'),
      '#/sourceDescriptions: must name digitalchalk.yaml',
    ],
    [
      'an unknown operation',
      oneStep().replace('.getRegistration', '.getNothing'),
      '#/workflows/0/steps/0/operationId: "$sourceDescriptions.chalk.getNothing" is no operation',
    ],
    [
      'an unknown component',
      oneStep().replace('reference: $components.parameters.token', 'reference: $components.parameters.key'),
      '#/workflows/0/steps/0/parameters/0/reference: $components.parameters.key is not among the components',
    ],
    [
      'a parameter without a place',
      oneStep().replace('{ name: id, in: path, value', '{ name: id, value'),
      '#/workflows/0/steps/0/parameters/1: must have an in',
    ],
    [
      'a condition that cannot be read',
      oneStep({ criteria: '          - condition: $statusCode = 200' }),
      '#/workflows/0/steps/0/successCriteria/0: cannot be read from "= 200" on',
    ],
    [
      'a JSONPath that is none',
      oneStep({ criteria: '          - { type: jsonpath, context: $response.body, condition: "$[?" }' }),
      '#/workflows/0/steps/0/successCriteria/0: ',
    ],
    [
      'XPath',
      oneStep({ criteria: '          - { type: xpath, context: $response.body, condition: "/a" }' }),
      '#/workflows/0/steps/0/successCriteria/0/type: must be one of simple, regex, jsonpath',
    ],
    [
      'an unknown input',
      oneStep().replace('$inputs.registrationId }', '$inputs.nothing }'),
      '#/workflows/0/steps/0/parameters/1: $inputs.nothing: nothing is no input of reads',
    ],
    [
      'an unknown input inside a component',
      oneStep().replace('{$inputs.token}', '{$inputs.key}'),
      '#/workflows/0/steps/0/parameters/0: $inputs.key: key is no input of reads',
    ],
    [
      'a later step',
      oneStep({ criteria: '          - condition: $steps.later.outputs.id == 1' }),
      '#/workflows/0/steps/0/successCriteria/0: $steps.later.outputs.id: later is no step before this one',
    ],
    [
      'an unknown output',
      oneStep({ criteria: '          - condition: $steps.read.outputs.id == 1' }),
      'id is no output of read',
    ],
    [
      'an output that is no expression',
      oneStep({ step: '        outputs: { id: body }' }),
      '#/workflows/0/steps/0/outputs/id: body is not a runtime expression',
    ],
    [
      'an unknown workflow',
      oneStep({ workflow: '    dependsOn: [nothing]' }),
      '#/workflows/0/dependsOn/0: nothing is no workflow of this document',
    ],
    [
      'a fresh value that is no input',
      oneStep({ workflow: '    x-inputs: { fresh: [name] }' }),
      '#/workflows/0/x-inputs/fresh: name is no text among the inputs',
    ],
    [
      'a variable of the spec with another value',
      oneStep().replace('65ade781cc98d136543678191005431a', '65ade781'),
      '#/workflows/0/inputs/properties/registrationId/default: differs from the value of registrationId',
    ],
    [
      'a goto without a goal',
      oneStep({ step: '        onSuccess: [{ name: on, type: goto }]' }),
      '#/workflows/0/steps/0/onSuccess/0: must name either a stepId or a workflowId',
    ],
    [
      'a goto to nowhere',
      oneStep({ step: '        onSuccess: [{ name: on, type: goto, stepId: nowhere }]' }),
      'nowhere is no step of reads',
    ],
    [
      'no workflows',
      'arazzo: 1.0.1\nsourceDescriptions: [{ name: chalk, type: openapi, url: digitalchalk.yaml }]\nworkflows: []',
      '#/workflows: must list at least one workflow',
    ],
    ['broken YAML', 'arazzo: [', 'is not valid YAML'],
  ])('with %s is refused, with the place of the mistake', (_name, text, reason) => {
    expect(() => compile(text)).toThrow(reason)
    expect(() => compile(text)).toThrow(/^openapi\/x\.arazzo\.yaml/)
  })
})
