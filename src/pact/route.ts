import type { Api, Operation } from '../openapi/api.ts'

/** The operation that a request belongs to, below any of the API's bases; fixed segments win over parameters. */
export function operationAt(api: Api, method: string, path: string): Operation | undefined {
  const segments = path.split('/')
  const fitting = api.operations.filter(
    (operation) =>
      operation.method === method.toUpperCase() &&
      basesOf(api).some((base) => fits(`${base}${operation.path}`.split('/'), segments)),
  )
  return fitting.toSorted((one, other) => parameters(one) - parameters(other))[0]
}

/** The base path of `servers` that a request is below, if an operation is there. */
export function baseOf(api: Api, method: string, path: string): string | undefined {
  const operation = operationAt(api, method, path)
  return operation && basesOf(api).find((base) => fits(`${base}${operation.path}`.split('/'), path.split('/')))
}

/** A path may also be written as in the spec, below no base at all. */
function basesOf(api: Api): readonly string[] {
  return [...api.bases, '']
}

function fits(template: readonly string[], segments: readonly string[]): boolean {
  return (
    template.length === segments.length &&
    template.every((part, index) => (part.includes('{') ? segments[index] !== '' : part === segments[index]))
  )
}

function parameters(operation: Operation): number {
  return operation.path.split('{').length
}
