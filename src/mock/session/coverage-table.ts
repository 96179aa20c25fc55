import { type CoverageReport, marksOf, type OperationCoverage } from './coverage.ts'

const header = ['API', 'Operation', 'Requests', 'Covered', 'Not used yet'] as const

/** A coverage report as text: one line an operation, the total below. */
export function coverageTable({ percent, operations }: CoverageReport): string {
  const rows = [header, ...operations.map(cellsOf)]
  const widths = header.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}\n\n${percent.toFixed(1)} % of all operations, statuses, parameters and enum values were used.\n`
}

function cellsOf(coverage: OperationCoverage): readonly string[] {
  const marks = marksOf(coverage)
  const used = marks.filter(Boolean).length
  return [
    coverage.api,
    coverage.operationId,
    String(coverage.requests),
    `${used}/${marks.length}`,
    missing(coverage).join(', '),
  ]
}

function missing({ statuses, parameters, values }: OperationCoverage): string[] {
  return [
    ...Object.entries(statuses).flatMap(([status, count]) => (count === 0 ? [status] : [])),
    ...Object.entries(parameters).flatMap(([name, used]) => (used ? [] : [name])),
    ...Object.entries(values).flatMap(([place, each]) => {
      const unused = Object.entries(each).flatMap(([value, used]) => (used ? [] : [value]))
      return unused.length === 0 ? [] : [`${place} = ${unused.join('|')}`]
    }),
  ]
}
