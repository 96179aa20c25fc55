import type { Operation } from '../../openapi/api.ts'

/** By which of its names an operation declares a status: `200`, `4XX` or `default`. */
export function declaredKey(operation: Operation, status: number): string | undefined {
  return [String(status), `${String(status)[0]}XX`, `${String(status)[0]}xx`, 'default'].find(
    (each) => each in operation.responses,
  )
}
