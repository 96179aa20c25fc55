import { printable } from '../output/printable.ts'
import { type DocumentOptions, writeReports } from './options.ts'

export interface SourceOptions extends DocumentOptions {
  readonly fixtures?: string
}

export interface ReportOptions {
  readonly junit?: string
  readonly json?: string
}

/** Writes the reports; the exit code is theirs and that of what they tell. */
export function write(
  { json, junit }: ReportOptions,
  content: unknown,
  junitText: () => string,
  verdict: number,
): void {
  process.exitCode = writeReports(
    [
      [json, () => `${JSON.stringify(content, undefined, 2)}\n`],
      [junit, junitText],
    ],
    verdict,
  )
}

export function print(line: string): void {
  // What a server says must not steer the terminal.
  process.stdout.write(`${line.split('\n').map(printable).join('\n')}\n`)
}
