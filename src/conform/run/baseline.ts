import { readYamlFile } from '../read-yaml-file.ts'
import { UnderstudyError } from '../../errors.ts'
import { isObject, pointerTo } from '../../openapi/pointer.ts'

/** Findings that are known and silent until a day. */
export interface Baseline {
  readonly entries: readonly BaselineEntry[]
  /** The day on which the run takes place, `YYYY-MM-DD`. */
  readonly today: string
}

interface BaselineEntry {
  /** A finding's key as the report prints it. */
  readonly key: string
  /** The last day on which it is silent; from then on it is reported again. */
  readonly until: string
  readonly reason: string
}

export function silencedBy(baseline: Baseline | undefined, key: string): boolean {
  return baseline?.entries.some((entry) => entry.key === key && entry.until >= baseline.today) ?? false
}

/** Reads a baseline file. Throws TARGET_INVALID with `file#/pointer`. */
export function readBaseline(path: string, today: string): Baseline {
  const content = readYamlFile(path) ?? []
  if (!Array.isArray(content))
    throw new UnderstudyError('TARGET_INVALID', 'must be an array of { key, until, reason }', path)
  return { entries: content.map((each: unknown, index) => entry(each, `${path}#${pointerTo('', index)}`)), today }
}

function entry(source: unknown, where: string): BaselineEntry {
  if (!isObject(source))
    throw new UnderstudyError('TARGET_INVALID', 'must be an object with key, until and reason', where)
  const { key, until, reason, ...others } = source
  const [odd] = Object.keys(others)
  if (odd !== undefined)
    throw new UnderstudyError('TARGET_INVALID', 'is unknown; an entry has key, until and reason', `${where}/${odd}`)
  if (typeof key !== 'string')
    throw new UnderstudyError('TARGET_INVALID', 'needs the key of a finding, as the report prints it', `${where}/key`)
  if (typeof until !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(until)) {
    throw new UnderstudyError(
      'TARGET_INVALID',
      'needs a day, YYYY-MM-DD, up to which the finding is silent',
      `${where}/until`,
    )
  }
  if (typeof reason !== 'string' || reason.trim() === '')
    throw new UnderstudyError('TARGET_INVALID', 'needs a reason', `${where}/reason`)
  return { key, until, reason }
}
