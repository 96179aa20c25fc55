import type { Parameter } from '../../openapi/parameter.ts'
import { decodeSimple } from '../../openapi/parameter.ts'
import { openAt } from '../../openapi/assumption.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import type { RequestCase } from '../case.ts'
import type { Context } from '../context.ts'
import type { BaseRequest } from './body-cases.ts'
import { keyOf } from './draft.ts'
import { refusalStatuses, requestCase } from './request-case.ts'
import { whyResponse } from '../checks/why-status.ts'

/**
 * Ids that are none, although a lenient reader of numbers makes the known one of them, and ids that no column holds: where the
 * operation declares 404 for what is not there, they get it, and never an answer about another thing.
 */
export function pathIdCases(context: Context, base: BaseRequest): RequestCase[] {
  const { operation, values, guessed } = base.draft
  if (guessed || !('404' in operation.responses)) return []
  return operation.parameters
    .filter((parameter) => parameter.in === 'path')
    .flatMap((parameter) => {
      const id = String(values[keyOf(parameter)] ?? '')
      const tried = /^\d+$/.test(id) ? [...misreadAs(id), ...wrapped(id), ...beyondColumns] : cutShort(id)
      return tried.flatMap(([label, text]) => pathIdCase(context, base, parameter, label, text))
    })
}

type Tried = readonly [label: string, text: string]

/** What `parseInt`, `Number`, `atoi` or a trim make the id of. */
function misreadAs(id: string): Tried[] {
  return [
    ['has letters behind', `${id}abc`],
    ['is written as a decimal', `${id}.0`],
    ['has a space in front', ` ${id}`],
    ['has a plus in front', `+${id}`],
  ]
}

/** A known id plus 2^32 is that id once 32 bits of it are left. */
function wrapped(id: string): Tried[] {
  return [['is a known one in 32 bits', String(BigInt(id) + 2n ** 32n)]]
}

const beyondColumns: readonly Tried[] = [
  ['is larger than 32 bits', String(2 ** 31)],
  ['is larger than 64 bits', '9223372036854775808'],
  ['has 30 digits', '123456789012345678901234567890'],
]

function cutShort(id: string): Tried[] {
  return id.length < 2 ? [] : [['is cut short', id.slice(0, -1)]]
}

function pathIdCase(
  context: Context,
  { draft, given }: BaseRequest,
  parameter: Parameter,
  label: string,
  text: string,
): RequestCase[] {
  const { operation } = draft
  const schema = pointerTo(parameter.pointer, 'schema')
  if (openAt(context.api.document, schema) !== undefined) return []
  // A value of another form than the schema's may be refused for its form as well.
  const isWellFormed = parameter.validate(decodeSimple(parameter, text)).length === 0
  const isTooLarge = beyondColumns.some(([each]) => each === label)
  const statuses = isWellFormed ? ['404'] : ['404', ...refusalStatuses(operation)]
  return [
    requestCase(context, {
      name: `path.${parameter.name} ${label}`,
      kind: 'mutation',
      draft: { ...draft, values: { ...draft.values, [keyOf(parameter)]: text } },
      // Whether a document that nobody has read with care means its examples as things that are there, nobody knows.
      expectation: context.api.strict
        ? { kind: 'refusal', statuses, accepted: 'invalid-accepted', isExact: isWellFormed && isTooLarge }
        : { kind: 'any' },
      pointer: pointerTo(operation.pointer, 'responses', '404'),
      why: whyResponse(context, operation, '404'),
      given,
    }),
  ]
}
