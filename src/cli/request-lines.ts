import { styleText } from 'node:util'
import type { RequestEvent, RequestListener } from '../mock/server/request-event.ts'
import { printable } from '../output/printable.ts'

export const logModes = ['all', 'refused', 'none', 'json'] as const
export type LogMode = (typeof logModes)[number]

type Style = Parameters<typeof styleText>[0]

export interface LineOptions {
  readonly mode: LogMode
  readonly colours: boolean
}

/** Writes what `--log` asks for, a line for each request; `undefined` where nothing is to be logged. */
export function requestListener(
  { mode, colours }: LineOptions,
  write: (line: string) => void,
): RequestListener | undefined {
  switch (mode) {
    case 'none':
      return undefined
    case 'json':
      // What JSON leaves as it is, a terminal may still obey.
      return (event) => write(`${printable(JSON.stringify(event))}\n`)
    case 'refused':
      return (event) => {
        if (event.refusedBy !== undefined) write(requestLine(event, colours))
      }
    case 'all':
      return (event) => write(requestLine(event, colours))
  }
}

/** `12:00:01 POST /pets 400 createPet 1.2 ms default, refused by validation: … [/components/…]` */
export function requestLine(event: RequestEvent, colours: boolean): string {
  const { at, method, path, status, operationId = '-', durationMs, session, refusedBy, reason, pointer } = event
  const paint = (style: Style, text: string): string =>
    colours ? styleText(style, text, { validateStream: false }) : text
  const why = [reason && `: ${printable(reason)}`, pointer && paint('gray', ` [${printable(pointer)}]`)].join('')
  const line = [
    paint('gray', at.slice(11, 19)),
    paint('bold', printable(method).padEnd(6)),
    printable(path),
    paint(styleOf(status), status === 0 ? 'none' : String(status)),
    operationId,
    paint('gray', `${durationMs.toFixed(1)} ms`),
    paint('gray', printable(session)),
  ].join(' ')
  return `${line}${refusedBy === undefined ? '' : `, ${paint('yellow', `refused by ${refusedBy}`)}${why}`}\n`
}

function styleOf(status: number): Style {
  if (status === 0 || status >= 500) return 'red'
  if (status >= 400) return 'yellow'
  return status >= 300 ? 'cyan' : 'green'
}
