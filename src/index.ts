export { UnderstudyError } from './errors.ts'
export {
  createUnderstudy,
  DEFAULT_NOW,
  type SessionOptions,
  type Understudy,
  type UnderstudyOptions,
  type UnderstudySession,
} from './understudy.ts'
export type { ClockControl, SessionControl, Snapshot } from './mock/session/control.ts'
export type { CoverageReport } from './mock/session/coverage.ts'
export type { Fault, FaultRule, NewFault } from './mock/session/faults.ts'
export type { JournalEntry, JournalFilter } from './mock/session/journal.ts'
export type { Assertion, Verdict } from './mock/session/verify.ts'
export type { Exchange, Handler, Refusal, Reply, Result, Rules } from './mock/handlers/handler.ts'
export { refuse, reply } from './mock/handlers/handler.ts'
export { conformanceSuite, type ConformanceOptions } from './conform/conformance-suite.ts'
export type { Case, Verdict as CaseVerdict } from './conform/case.ts'
export type { Failure } from './conform/check.ts'
export type { Suite } from './conform/run/suite.ts'
export type { BodyJson, CaseJson, ExchangeJson, FindingJson, ReportJson } from './conform/report/json.ts'
