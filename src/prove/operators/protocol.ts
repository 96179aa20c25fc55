import type { CheckId } from '../../conform/check.ts'
import type { Operation } from '../../openapi/api.ts'
import { answeringItself, changingAnswers, type Behaviour, type Call, type ProxyAnswer, withHeaders } from '../call.ts'
import { defect, type SeededDefect } from '../defect.ts'
import { plainest, type Material } from '../samples.ts'

/** Methods and paths that nobody declared, HEAD and OPTIONS. */
export function protocolDefects(material: Material): SeededDefect[] {
  const paths = new Map(material.api.operations.map((operation) => [operation.path, operation]))
  return [
    ...[...paths.values()].flatMap((operation) => pathDefects(material, operation)),
    ...unknownPathDefects(material),
  ]
}

function pathDefects(material: Material, operation: Operation): SeededDefect[] {
  const { path } = operation
  const methods = material.api.operations.filter((each) => each.path === path).map(({ method }) => method)
  const sample = plainest(material, operation)?.answer
  const pattern = new RegExp(
    `${path.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{[^}]+\}/g, '[^/]+')}$`,
  )
  const isHere = ({ request }: Call): boolean => pattern.test(request.url.split('?')[0] ?? '')
  const of = (operator: string, expected: readonly CheckId[], create: () => Behaviour): SeededDefect => ({
    ...defect(material, operation, { operator, target: path, tier: 'assumed', expected, create }),
  })
  const on =
    (status: number, change: (answer: ProxyAnswer) => ProxyAnswer): (() => Behaviour) =>
    () =>
      changingAnswers((answer, call) =>
        isHere(call) && call.request.method !== 'OPTIONS' && answer.status === status ? change(answer) : undefined,
      )
  const onOptions =
    (change: (answer: ProxyAnswer) => ProxyAnswer): (() => Behaviour) =>
    () =>
      changingAnswers((answer, call) =>
        isHere(call) && call.request.method === 'OPTIONS' ? change(answer) : undefined,
      )
  const onHead =
    (change: (answer: ProxyAnswer) => ProxyAnswer): (() => Behaviour) =>
    () =>
      changingAnswers((answer, call) =>
        isHere(call) && call.request.method === 'HEAD' && answer.status < 300 ? change(answer) : undefined,
      )
  const notAllowed: readonly CheckId[] = ['method-accepted', 'refusal-status', 'allow-header', 'error-shape']
  return [
    of('any-method', notAllowed, () =>
      answeringItself((call) =>
        isHere(call) && !['HEAD', 'OPTIONS', ...methods].includes(call.request.method) ? sample : undefined,
      ),
    ),
    of(
      '405-to-404',
      notAllowed,
      on(405, (answer) => ({ ...answer, status: 404 })),
    ),
    of(
      '405-to-400',
      notAllowed,
      on(405, (answer) => ({ ...answer, status: 400 })),
    ),
    of(
      '405-to-501',
      ['server-error'],
      on(405, (answer) => ({ ...answer, status: 501 })),
    ),
    of(
      'allow-lost',
      ['allow-header', 'header-missing'],
      on(405, (answer) => withHeaders(answer, { allow: null })),
    ),
    of(
      'allow-too-long',
      ['allow-header'],
      on(405, (answer) =>
        withHeaders(answer, { allow: `${answer.headers['allow'] ?? ''}, PUT, DELETE, PATCH, POST, GET` }),
      ),
    ),
    of(
      'allow-too-short',
      ['allow-header'],
      on(405, (answer) => withHeaders(answer, { allow: 'OPTIONS' })),
    ),
    ...(material.api.unroutable.methodNotAllowed === undefined
      ? []
      : [
          of(
            '405-as-html',
            ['error-shape', 'content-type'],
            on(405, (answer) => ({
              ...withHeaders(answer, { 'content-type': 'text/html' }),
              body: Buffer.from('<h1>No</h1>'),
            })),
          ),
        ]),
    of(
      'options-to-404',
      ['options'],
      onOptions((answer) => ({ ...answer, status: 404 })),
    ),
    of(
      'options-to-200',
      ['options'],
      onOptions((answer) => ({ ...answer, status: 200 })),
    ),
    of(
      'options-without-allow',
      ['options', 'allow-header'],
      onOptions((answer) => withHeaders(answer, { allow: null })),
    ),
    ...(methods.includes('GET')
      ? [
          of(
            'head-to-404',
            ['head-like-get', 'status-undeclared'],
            onHead((answer) => ({ ...answer, status: 404 })),
          ),
          of(
            'head-to-405',
            ['head-like-get', 'status-undeclared'],
            onHead((answer) => ({ ...answer, status: 405 })),
          ),
          of(
            'head-to-204',
            ['head-like-get', 'status-undeclared'],
            onHead((answer) => ({ ...answer, status: 204 })),
          ),
        ]
      : []),
  ]
}

function unknownPathDefects(material: Material): SeededDefect[] {
  const { api } = material
  const isBelow = ({ isKnownPath, request }: Call): boolean =>
    !isKnownPath && api.families.some((family) => request.url.startsWith(family))
  const of = (
    operator: string,
    expected: readonly CheckId[],
    change: (answer: ProxyAnswer) => ProxyAnswer,
  ): SeededDefect =>
    defect(material, undefined, {
      operator,
      target: '',
      tier: 'assumed',
      expected,
      create: () =>
        changingAnswers((answer, call) => (isBelow(call) && answer.status === 404 ? change(answer) : undefined)),
    })
  const wrong: readonly CheckId[] = ['unknown-path', 'error-shape', 'content-type', 'body-unparseable']
  return [
    of('unknown-path-to-200', wrong, (answer) => ({ ...answer, status: 200 })),
    of('unknown-path-to-400', wrong, (answer) => ({ ...answer, status: 400 })),
    of('unknown-path-to-500', ['server-error'], (answer) => ({ ...answer, status: 500 })),
    // What the document does not describe may come in any format.
    ...(api.unroutable.notFound === undefined
      ? []
      : [
          of('unknown-path-as-html', wrong, (answer) => ({
            ...withHeaders(answer, { 'content-type': 'text/html' }),
            body: Buffer.from('<h1>Not Found</h1>'),
          })),
          of('unknown-path-without-body', wrong, (answer) => ({ ...answer, body: Buffer.alloc(0) })),
          of('unknown-path-in-another-format', wrong, (answer) => ({
            ...answer,
            body: Buffer.from('{"detail":"Not Found"}'),
          })),
        ]),
  ]
}
