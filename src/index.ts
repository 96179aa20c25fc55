export { UnderstudyError } from './errors.ts'
export { createUnderstudy, DEFAULT_NOW, type Understudy, type UnderstudyOptions } from './understudy.ts'
export type { Exchange, Handler, Refusal, Reply, Result, Rules } from './mock/handler.ts'
export { refuse, reply } from './mock/handler.ts'
