import type { Parameter } from '../../openapi/parameter.ts'
import { isObject } from '../../openapi/pointer.ts'
import type { BaseRequest } from '../cases/body-cases.ts'
import { pagingRole } from '../../openapi/paging-names.ts'

/** A query parameter that asks for rows by one of their attributes. */
export interface Filter {
  readonly parameter: Parameter
  /** The attribute as a row has it. */
  readonly attribute: string
  readonly valueFor: (value: unknown) => unknown
}

/** The filters of a list: its query parameters but for paging and order, each attribute of a deep object on its own. */
export function filtersOf(list: BaseRequest): Filter[] {
  return list.draft.operation.parameters
    .filter(
      (parameter) =>
        parameter.in === 'query' &&
        pagingRole(parameter.name) === undefined &&
        !/^(?:sort|order|page$)/i.test(parameter.name),
    )
    .flatMap((parameter) => {
      const properties =
        parameter.style === 'deepObject' && isObject(parameter.schema['properties'])
          ? Object.keys(parameter.schema['properties'])
          : undefined
      if (properties)
        return properties.map((attribute) => ({
          parameter,
          attribute,
          valueFor: (value: unknown) => ({ [attribute]: value }),
        }))
      return parameter.types.own.includes('array')
        ? []
        : [{ parameter, attribute: parameter.name, valueFor: (value: unknown) => value }]
    })
}
