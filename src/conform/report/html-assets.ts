import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder } from '../../paths.ts'

/** What goes into the page of a report. */
export interface ReportAssets {
  readonly styles: string
  /** Without a build there is none, and the page can still be read. */
  readonly script: string
}

/** The stylesheet lies beside this file, in `src` as in `dist`; the script is the one that `npm run build` compiled. */
export function readReportAssets(): ReportAssets {
  const styles = readFileSync(new URL('report.css', import.meta.url), 'utf8')
  return { styles, script: readScript(join(packageFolder, 'dist/conform/report/client/report.js')) }
}

function readScript(file: string): string {
  try {
    // The compiler writes a module; a page that is opened from a disk runs plain scripts only.
    return readFileSync(file, 'utf8').replace(/^export \{\};?$/m, '')
  } catch {
    return ''
  }
}
