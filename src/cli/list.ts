import { Command, Option } from 'commander'
import { rulesFor } from '../apis/load.ts'
import { operationTable, type OperationRow } from '../mock/operation-table.ts'
import { ownSpecs } from '../paths.ts'
import { loadApis } from '../openapi/load.ts'
import { exitCodes, openapiOption } from './options.ts'

interface ListOptions {
  readonly json?: boolean
  readonly markdown?: boolean
  readonly openapi?: string
}

export function listCommand(): Command {
  return new Command('list')
    .description('list operations, the handler each resolves to, its documented and its inferred statuses')
    .argument('[api...]', 'APIs to list; default: all')
    .option('--json', 'as JSON')
    .addOption(new Option('--markdown', 'as a Markdown table').conflicts('json'))
    .addOption(openapiOption())
    .addHelpText(
      'after',
      `
Examples:
  understudy list
  understudy list polis --json
  understudy list --markdown > operations.md
${exitCodes}`,
    )
    .action(async (names: string[], options: ListOptions) => {
      const folder = options.openapi ?? ownSpecs
      const apis = loadApis(folder, names)
      const tables = await Promise.all(apis.map(async (api) => operationTable(api, await rulesFor(api, folder))))
      const rows = tables.flat()
      process.stdout.write(
        options.json ? `${JSON.stringify(rows, undefined, 2)}\n` : options.markdown ? markdownTable(rows) : text(rows),
      )
    })
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
