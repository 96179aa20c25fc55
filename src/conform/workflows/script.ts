import { isObject } from '../../openapi/pointer.ts'
import { curlOf, type Secrets } from '../report/curl.ts'
import { answerToAwk, awkJson, awkPath, awkPrelude, jsonpathToAwk, simpleToAwk } from './awk.ts'
import type { Criterion } from './criterion.ts'
import { evaluate, MissingValue, parseExpression, type Scope } from './expression.ts'
import { requestOf } from './request.ts'
import type { BrokenRule, TraceEntry } from './run.ts'
import type { WorkflowDocument } from './workflow.ts'

export interface ScriptOptions {
  readonly document: WorkflowDocument
  readonly baseUrl: string
  /** What stands between the base URL and the paths: `/Api`. */
  readonly prefix: string
  readonly secrets: Secrets
  /** Headers that every request of the run carried. */
  readonly headers: Readonly<Record<string, string>>
  /** The server can be put back to its seed. */
  readonly canReset: boolean
}

/**
 * A POSIX shell script, needing only curl and awk, that plays the workflow up to the broken rule: it exits 1 while the
 * rule is broken, 0 when it holds, 2 when the server does not answer. `undefined` for conditions that awk cannot judge,
 * and for those about a value that an earlier answer should have had.
 */
export function scriptOf(broken: BrokenRule, trace: readonly TraceEntry[], options: ScriptOptions): string | undefined {
  try {
    return written(broken, trace, options)
  } catch (error) {
    if (error instanceof MissingValue) return undefined
    throw error
  }
}

function written(broken: BrokenRule, trace: readonly TraceEntry[], options: ScriptOptions): string | undefined {
  const played = trace.slice(0, broken.traceLength)
  const last = played.at(-1)
  if (last === undefined || played.some(({ workflow }) => workflow !== last.workflow)) return undefined
  const variables = variablesOf(last, options)
  const check = checkOf(broken, last, variables)
  if (check === undefined) return undefined
  const after = trace.slice(broken.traceLength).filter(({ step }) => step.cleanup)
  const calls = played.map((entry, index) => callOf(entry, index, variables, options))
  const { workflow, step } = broken
  return [
    '#!/bin/sh',
    `# ${workflow.summary}`,
    `# ${options.document.file}#${broken.pointer}, after ${step.description}:`,
    ...broken.expected.split('\n').map((line) => `#   ${line}`),
    '# Exits 1 while this is not so, 0 when it is, 2 when the server does not answer.',
    'set -u',
    `base=\${1:-${quote(options.baseUrl)}}`,
    ...declarations(last, variables, options),
    'work=$(mktemp -d) || exit 2',
    `trap 'rm -rf "$work"' EXIT`,
    options.canReset ? 'curl -sS -o /dev/null -X POST "$base/__mock/reset" || exit 2' : '',
    `prelude=${quote(awkPrelude.trim())}`,
    'judge() { LC_ALL=C awk -v status="$status" "$prelude$1" "$work/body"; }',
    `member() { judge "END { q = $1; printf \\"%s\\", raw(get(q)) }"; }`,
    `header() { awk -v name="$1:" '{ sub(/\\r$/, "") } tolower(substr($0, 1, length(name))) == name { value = substr($0, length(name) + 1); sub(/^ +/, "", value) } END { printf "%s", value }' "$work/head"; }`,
    'call() { status=$(curl -sS -g --path-as-is -D "$work/head" -o "$work/body" -w "%{http_code}" "$@") || exit 2; [ -f "$work/body" ] || : > "$work/body"; echo "$status" >&2; }',
    '',
    ...calls,
    check.shell,
    'verdict=$?',
    ...(after.length > 0
      ? ['', ...after.map((entry, index) => callOf(entry, played.length + index, variables, options))]
      : []),
    'exit $verdict',
    '',
  ].join('\n')
}

/** What the script finds out itself, by the expression that asks for it. */
interface Variables {
  readonly name: (expression: string) => string | undefined
}

/** Inputs that a runner makes up, secrets, and whatever an earlier step of the workflow gave. */
function variablesOf({ workflow, scope }: TraceEntry, { secrets }: ScriptOptions): Variables {
  const name = (text: string): string | undefined => {
    const expression = parseExpression(text)
    if (expression.kind === 'step') return identifier(`${expression.step}_${expression.output}`)
    if (expression.kind !== 'input') return undefined
    const isSecret = Object.values(secrets).includes(String(scope.inputs[expression.name]))
    return isSecret || workflow.fresh.includes(expression.name) ? identifier(expression.name) : undefined
  }
  return { name }
}

function declarations({ workflow, scope }: TraceEntry, variables: Variables, { secrets }: ScriptOptions): string[] {
  const inputs = Object.keys(workflow.inputs).filter((name) => variables.name(`$inputs.${name}`) !== undefined)
  const lines = inputs.map((name) => {
    const secret = Object.entries(secrets).find(([, value]) => value === scope.inputs[name])
    const value = secret ? `\${${secret[0]}:?}` : `${String(workflow.inputs[name]?.default)}$fresh`
    return `${identifier(name)}="${value}"`
  })
  return workflow.fresh.length > 0 ? ['fresh=$(date +%s | cut -c5-10)', ...lines] : lines
}

function callOf(entry: TraceEntry, index: number, variables: Variables, options: ScriptOptions): string {
  const { step, scope } = entry
  const { outgoing } = requestOf(step, withMarks(scope, variables), options.document.folder)
  const headers = [...outgoing.headers, ...Object.entries(options.headers)]
  const body = typeof outgoing.body === 'string' ? unquotedNumbers(outgoing.body) : outgoing.body
  const sent = {
    ...outgoing,
    headers,
    url: `${baseMark}${options.prefix}${outgoing.path}`,
    ...(body !== undefined && { body }),
  }
  const command = curlOf(sent, options.secrets)
    .replace('curl -sS -i --path-as-is', 'call')
    .replaceAll(`'${baseMark}`, `"$base"'`)
  const outputs = Object.entries(step.outputs).map(([name, text]) => outputLine(`${step.id}_${name}`, String(text)))
  return [`# ${index + 1}. ${step.description}`, unmarked(command), ...outputs, ''].join('\n')
}

const baseMark = '__base__'

function outputLine(name: string, text: string): string {
  const expression = parseExpression(text)
  const variable = identifier(name)
  if (expression.kind === 'part' && expression.part === 'header')
    return `${variable}=$(header ${quote(expression.name)})`
  if (expression.kind === 'body') return `${variable}=$(member ${quote(awkPath(expression.pointer))})`
  return expression.kind === 'statusCode' ? `${variable}=$status` : `${variable}=''`
}

/** A scope in which the script's variables stand as marks that no encoding changes. */
function withMarks(scope: Scope, variables: Variables): Scope {
  const marked = (prefix: string, values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, markOf(variables, `${prefix}${name}`, value)]),
    )
  const steps = Object.entries(scope.steps).map(
    ([id, outputs]) => [id, marked(`$steps.${id}.outputs.`, outputs)] as const,
  )
  return { ...scope, inputs: marked('$inputs.', scope.inputs), steps: Object.fromEntries(steps) }
}

function markOf(variables: Variables, expression: string, value: unknown): unknown {
  const name = variables.name(expression)
  if (name === undefined || isObject(value) || Array.isArray(value)) return value
  return typeof value === 'string' ? `__var_${name}__` : `__num_${name}__`
}

/** Numbers and flags stand in JSON without quotes. */
function unquotedNumbers(body: string): string {
  return body.replace(/"__num_(\w+?)__"/g, '__num_$1__')
}

/** Marks inside single quotes become variables between them. */
function unmarked(command: string): string {
  return command.replace(/__(?:var|num)_(\w+?)__/g, (_mark, name: string) => `'"\${${name}-}"'`)
}

function checkOf(broken: BrokenRule, last: TraceEntry, variables: Variables): { readonly shell: string } | undefined {
  const { criterion } = broken
  if (criterion === undefined) return outputCheck(broken)
  const reference = referenceIn(last, variables)
  if (criterion.kind === 'regex') return regexCheck(criterion)
  if (criterion.kind === 'simple') {
    const operand = (text: string): string => answerToAwk(text) ?? headerOperand(text) ?? reference(text)
    return judged([], `!lacking && (${simpleToAwk(criterion.condition, operand)})`)
  }
  const context = parseExpression(criterion.context)
  if (context.kind !== 'body' || context.side !== 'response') return undefined
  const translated = jsonpathToAwk(criterion.text, context.pointer, reference)
  return translated && judged(translated.functions, translated.condition)
}

function outputCheck(broken: BrokenRule): { readonly shell: string } | undefined {
  const name = broken.pointer.split('/').at(-1) ?? ''
  return { shell: `[ -n "\${${identifier(`${broken.step.id}_${name}`)}-}" ]` }
}

function regexCheck(criterion: Extract<Criterion, { kind: 'regex' }>): { readonly shell: string } | undefined {
  const context = parseExpression(criterion.context)
  const pattern = quote(criterion.pattern.source.replaceAll('\\/', '/'))
  if (context.kind === 'part' && context.part === 'header')
    return { shell: `header ${quote(context.name)} | grep -Eq -- ${pattern}` }
  if (context.kind !== 'body') return undefined
  const text = context.pointer === '' ? 'cat "$work/body"' : `member ${quote(awkPath(context.pointer))}`
  return { shell: `{ ${text}; echo; } | grep -Eq -- ${pattern}` }
}

function judged(functions: readonly string[], condition: string): { readonly shell: string } {
  const exports = [
    ...condition.matchAll(/ENVIRON\["(\w+)"\]/g),
    ...functions.join('\n').matchAll(/ENVIRON\["(\w+)"\]/g),
  ].map(([, name]) => name)
  const variables = [...new Set(exports)].map((name) =>
    name?.startsWith('header_') ? headerVariable(name) : `${name}=$${name}`,
  )
  const program = ['', ...functions, `END { exit !(${condition}) }`].join('\n')
  return {
    shell: [...variables.map((line) => `export ${line.split('=', 1)[0]}; ${line}`), `judge ${quote(program)}`].join(
      '\n',
    ),
  }
}

/** Awk code for a header, handed over in the environment. */
function headerOperand(text: string): string | undefined {
  const expression = parseExpression(text)
  if (expression.kind !== 'part' || expression.side !== 'response' || expression.part !== 'header') return undefined
  const variable = `ENVIRON["header_${expression.name.replaceAll('-', '_')}"]`
  return `(${variable} == "" ? "null" : "\\"" ${variable} "\\"")`
}

function headerVariable(name: string): string {
  return `${name}=$(header ${name.slice('header_'.length).replaceAll('_', '-')})`
}

/** A value from before: a variable of the script, or the value that the run had. */
function referenceIn({ scope }: TraceEntry, variables: Variables): (text: string) => string {
  return (text) => {
    const value = valueOrNull(text, scope)
    const name = variables.name(text)
    if (name === undefined) return awkJson(value)
    return typeof value === 'number' || typeof value === 'boolean'
      ? `(ENVIRON["${name}"] "")`
      : `("\\"" ENVIRON["${name}"] "\\"")`
  }
}

/** An earlier step may not have given what it should. */
function valueOrNull(text: string, scope: Scope): unknown {
  try {
    return evaluate(text, scope)
  } catch (error) {
    if (error instanceof MissingValue) return null
    throw error
  }
}

function identifier(text: string): string {
  return text.replace(/\W/g, '_')
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
