export { UnderstudyError } from './errors.ts'
export {
  createUnderstudy,
  DEFAULT_NOW,
  type SessionOptions,
  type Understudy,
  type UnderstudyOptions,
  type UnderstudySession,
} from './understudy.ts'
export type { ClockControl, SessionControl, Snapshot } from './session-control.ts'
export type { CoverageReport } from './mock/coverage.ts'
export type { Fault, FaultRule, NewFault } from './mock/faults.ts'
export type { JournalEntry, JournalFilter } from './mock/journal.ts'
export type { Assertion, Verdict } from './mock/verify.ts'
export type { Exchange, Handler, Refusal, Reply, Result, Rules } from './mock/handler.ts'
export { refuse, reply } from './mock/handler.ts'
export { conformanceSuite, type ConformanceOptions } from './conformance.ts'
export type { Case, Verdict as CaseVerdict } from './contract/case.ts'
export type { Failure } from './contract/check.ts'
export type { Suite } from './contract/run/suite.ts'
export type { BodyJson, CaseJson, ExchangeJson, FindingJson, ReportJson } from './contract/report/json.ts'
