import { type Command, InvalidArgumentError, Option } from 'commander'
import { UnderstudyError } from '../errors.ts'
import { writeFileWhole } from '../output/write-file.ts'

/** Options that several commands share. */
const openapiOption = (): Option =>
  new Option('--openapi <path>', 'OpenAPI document, or folder of them, instead of the five of the package')

/** How documents are read, for every command that takes some: they are named by their API, or by a path, a URL or `-`. */
export function withDocumentOptions(command: Command): Command {
  return command
    .addOption(openapiOption())
    .option('--overlay <file>', 'OpenAPI Overlay to apply to the documents; may be repeated', collected)
    .option('--strict-spec', 'stop at the first part of a document that cannot be used, instead of noting it')
    .option('--allow-remote', 'also read documents and their references from the network')
}

/** What `withDocumentOptions` adds. */
export interface DocumentOptions {
  readonly openapi?: string
  readonly overlay?: readonly string[]
  readonly strictSpec?: boolean
  readonly allowRemote?: boolean
}

function collected(file: string, before: readonly string[] = []): string[] {
  return [...before, file]
}

/** What documents are called in a command's help. */
export const documentsArgument = 'names of APIs, paths of OpenAPI documents, or - for standard input'
export const fixturesOption = (): Option => new Option('--fixtures <dir>', 'folder of fixtures, one sub-folder per API')

/** Names that a server may be asked by; several as `a,b` or `a b`. */
export const allowHostOption = (): Option =>
  new Option(
    '--allow-host <name...>',
    'host names to accept besides localhost, IP addresses and --host; others get 403',
  ).argParser(listed)

/** Origins whose pages may use a server; several as `a,b` or `a b`. */
export const corsOption = (): Option =>
  new Option(
    '--cors <origin...>',
    'origins besides localhost whose pages may call the mock, such as https://app.example',
  ).argParser(listed)

function listed(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), ...text.split(',').filter(Boolean)]
}

/** Whom a command trusts that asks a server over https. */
export interface TrustOptions {
  readonly ca?: string
  readonly insecure?: boolean
}
export const caOption = (): Option => new Option('--ca <file>', 'PEM file of the certificates to trust')
export const insecureOption = (): Option => new Option('--insecure', 'accept any certificate')

/** Ends a command's help; those that mean something special by a code say so themselves. */
export const exitCodes = `
Exit codes: 0 as expected, 1 differences found, 2 wrong usage, spec, fixture or target file, 3 the target can't be reached.`

/** Parses the http or https URL of `--base-url`, for commander. */
export function baseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol)) return text
  throw new UnderstudyError(
    'USAGE',
    `is not a URL: ${JSON.stringify(text)}; give one such as http://127.0.0.1:4010`,
    '--base-url',
  )
}

/** A report that was asked for: the file, if it was, and what to write into it. */
export type ReportFile = readonly [file: string | undefined, content: () => string]

/**
 * Writes reports. One that can't be written costs a line on standard error, and neither the others nor the verdict: the exit
 * code is that of the verdict, or 2 where that would be 0.
 */
export function writeReports(reports: readonly ReportFile[], verdict: number): number {
  const failed = reports.filter(([file, content]) => file !== undefined && !isWritten(file, content()))
  return verdict === 0 && failed.length > 0 ? USAGE : verdict
}

const USAGE = 2

function isWritten(file: string, text: string): boolean {
  try {
    writeFileWhole(file, text)
    return true
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error
    process.stderr.write(`understudy: ${error.message}\n`)
    return false
  }
}

/** Parses a whole number in a range, for commander. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = /^-?\d+$/.test(text) ? Number(text) : Number.NaN
    if (Number.isInteger(number) && number >= min && number <= max) return number
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
  }
}
