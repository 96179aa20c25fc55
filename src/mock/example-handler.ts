import type { Operation } from '../spec/api.ts'
import { type Handler, reply } from './handler.ts'

/** Answers with the first documented success, for operations that are neither resource nor rule. */
export function exampleHandler(operation: Operation): Handler | undefined {
  const [status, response] = Object.entries(operation.responses).find(([code]) => code.startsWith('2')) ?? []
  if (status === undefined || response === undefined) return undefined
  const code = Number(status.replace('XX', '00'))
  const media = Object.values(response.content)[0]
  if (!media) return () => reply(code)
  const [example] = Object.values(media.examples)
  return example && (() => reply(code, example.value))
}
