import { Command, Option } from 'commander'
import { rulesFor } from '../apis/load.ts'
import type { Api } from '../openapi/api.ts'
import { allNotesOf } from '../openapi/all-notes.ts'
import type { Note } from '../openapi/note.ts'
import { operationTable, type OperationRow } from './operation-table.ts'
import { ownSpecs } from '../paths.ts'
import { openApis } from '../openapi/fetch-remote.ts'
import { type DocumentOptions, documentsArgument, exitCodes, withDocumentOptions } from './options.ts'

interface ListOptions extends DocumentOptions {
  readonly json?: boolean
  readonly markdown?: boolean
  readonly notes?: boolean
}

export function listCommand(): Command {
  return withDocumentOptions(new Command('list'))
    .description('list the operations with their handlers and their documented and inferred statuses')
    .argument('[api...]', `${documentsArgument}; default: all`)
    .option('--json', 'as JSON')
    .addOption(new Option('--markdown', 'as a Markdown table').conflicts('json'))
    .addOption(new Option('--notes', 'show what of the documents could not be used').conflicts('markdown'))
    .addHelpText(
      'after',
      `
Examples:
  understudy list
  understudy list polis --json
  understudy list --markdown > operations.md
  understudy list petstore.yaml --notes
${exitCodes}`,
    )
    .action(async (names: string[], options: ListOptions) => {
      const apis = await openApis(options.openapi ?? ownSpecs, names, options)
      if (options.notes) return printNotes(apis, options.json === true)
      const tables = await Promise.all(apis.map(async (api) => operationTable(api, await rulesFor(api))))
      const rows = tables.flat()
      process.stdout.write(
        options.json ? `${JSON.stringify(rows, undefined, 2)}\n` : options.markdown ? markdownTable(rows) : text(rows),
      )
    })
}

function printNotes(apis: readonly Api[], json: boolean): void {
  const notes = apis.flatMap(allNotesOf)
  process.stdout.write(json ? `${JSON.stringify(notes, undefined, 2)}\n` : noteLines(notes))
}

function noteLines(notes: readonly Note[]): string {
  if (notes.length === 0) return 'Nothing had to be set aside.\n'
  return notes
    .map(({ file, pointer, what, instead, count }) => {
      const often = count === undefined ? '' : ` (${count} times)`
      return `${file}#${pointer}: ${what}${often}; instead: ${instead}\n`
    })
    .join('')
}

function text(rows: readonly OperationRow[]): string {
  const cells = rows.map(cellsOf)
  const all = [header, ...cells]
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

/** The table that stands in the README. */
export function markdownTable(rows: readonly OperationRow[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`
  return (
    line(header) +
    line(header.map(() => '---')) +
    rows.map((row) => line(cellsOf(row).map((cell) => cell.replaceAll('|', String.raw`\|`)))).join('')
  )
}

const header = ['API', 'Operation', 'Request', 'Documented', 'Inferred', 'Handler']

function cellsOf(row: OperationRow): string[] {
  return [
    row.api,
    row.operationId,
    `${row.method} ${row.path}`,
    row.documented.join(' '),
    row.inferred.join(' '),
    row.handler,
  ]
}
