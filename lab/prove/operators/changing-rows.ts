import type { Operation } from '../../../src/openapi/api.ts'
import { isObject } from '../../../src/openapi/pointer.ts'
import { type Behaviour, type Call, changingAnswers, isSuccess, jsonIn, withJson } from '../../../src/prove/call.ts'

export function idOfPath({ path }: Call): string {
  return Object.values(path).at(-1) ?? ''
}

type Rows = readonly Readonly<Record<string, unknown>>[]

/** A list whose rows are not what they are to be. */
export function changingRows(list: Operation, change: (rows: Rows, call: Call) => Rows): Behaviour {
  return changingAnswers((answer, call) => {
    const body = jsonIn(answer)
    if (
      call.operation !== list ||
      call.request.method !== 'GET' ||
      !isSuccess(answer) ||
      !isObject(body) ||
      !Array.isArray(body['data'])
    )
      return undefined
    const rows = body['data'].filter(isObject)
    const changed = change(rows, call)
    return JSON.stringify(rows) === JSON.stringify(changed) ? undefined : withJson(answer, { ...body, data: changed })
  })
}
