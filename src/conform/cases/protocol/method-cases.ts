import type { Operation } from '../../../openapi/api.ts'
import { assumptionAt } from '../../../openapi/assumption.ts'
import { pointerTo } from '../../../openapi/pointer.ts'
import type { RequestCase } from '../../case.ts'
import type { BaseRequest } from '../body-cases.ts'
import type { Context } from '../../context.ts'
import type { Draft } from '../draft.ts'
import { requestCase, type RequestCaseParts } from '../request-case.ts'

/** Methods that a path does not declare, and OPTIONS. */
export function methodCases(
  context: Context,
  bases: ReadonlyMap<Operation, BaseRequest>,
  prefix: string,
): RequestCase[] {
  const byPath = new Map([...bases.values()].toReversed().map((base) => [base.draft.operation.path, base]))
  return [...byPath].flatMap(([path, base]) => {
    const plain: Draft = {
      ...base.draft,
      base: prefix,
      body: { kind: 'none' },
      contentType: undefined,
      values: Object.fromEntries(Object.entries(base.draft.values).filter(([key]) => key.startsWith('path:'))),
    }
    const declared = context.api.operations.filter((each) => each.path === path).map(({ method }) => method)
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => !declared.includes(method))
    return [
      ...others.map((method) => undeclaredMethod(context, { ...plain, method }, declared)),
      ...(declared.includes('OPTIONS')
        ? []
        : [optionsCase(context, { ...plain, method: 'OPTIONS', credential: {} }, declared)]),
    ]
  })
}

function undeclaredMethod(context: Context, plain: Draft, declared: readonly string[]): RequestCase {
  const { method } = plain
  const hasBody = method !== 'GET' && method !== 'DELETE'
  const spec = context.api.strict ? context.api.unroutable.methodNotAllowed : undefined
  const pointer = spec?.pointer ?? pointerTo('/paths', plain.operation.path)
  return {
    ...ofPath(context, {
      draft: {
        ...plain,
        ...(hasBody && { body: { kind: 'raw', data: '{}' }, contentType: 'application/json' }),
      },
      pointer,
      why:
        assumptionAt(context.api.document, pointer) ??
        (spec ? undefined : 'the document does not describe what other methods lead to'),
      expectation: { kind: 'refusal', statuses: ['405'], accepted: 'method-accepted', allow: declared },
    }),
    checks: ['method-accepted', 'allow-header'],
  }
}

function optionsCase(context: Context, draft: Draft, declared: readonly string[]): RequestCase {
  return {
    ...ofPath(context, {
      draft,
      pointer: pointerTo('/paths', draft.operation.path),
      why: 'the page does not mention OPTIONS',
      expectation: { kind: 'refusal', statuses: ['204'], accepted: 'options', allow: declared },
    }),
    checks: ['options', 'allow-header'],
  }
}

/** A case of a path, and of none of its operations. */
function ofPath(context: Context, parts: Omit<RequestCaseParts, 'name' | 'kind'>): RequestCase {
  const { base, method, operation } = parts.draft
  const path = `${base}${operation.path}`
  return {
    ...requestCase(context, { ...parts, name: `${method} ${path}`, kind: 'protocol' }),
    id: `${context.api.name}/${path}: ${method}`,
    operation: undefined,
  }
}
