import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder } from '../paths.ts'
import { icon } from './pages/layout.ts'
import type { SiteFile } from './site-file.ts'

/** What the browser loads besides pages. The scripts are those that `npm run build` compiled, wherever we run from. */
const scriptFolder = join(packageFolder, 'dist/docs/client')

/** Beside this file, in `src` as in `dist`, where the build copies it. */
const styleFile = new URL('docs.css', import.meta.url)

/** `reloads`: the pages load themselves again when the mock has read its documents anew. */
export function readAssets(reloads: boolean): [string, SiteFile][] {
  const more = (name: string): string => (reloads && name === 'docs.js' ? "\nimport './reload.js'\n" : '')
  return [
    ['_assets/docs.css', { type: 'text/css; charset=utf-8', text: () => readFileSync(styleFile, 'utf8') }],
    ['_assets/icon.svg', { type: 'image/svg+xml', text: () => icon }],
    ...scriptNames().map((name): [string, SiteFile] => [
      `_assets/${name}`,
      { type: 'text/javascript; charset=utf-8', text: () => readFileSync(join(scriptFolder, name), 'utf8') + more(name) },
    ]),
  ]
}

/** Without a build there is nothing to run in the browser; the pages can still be read. */
function scriptNames(): string[] {
  try {
    return readdirSync(scriptFolder).filter((name) => name.endsWith('.js'))
  } catch {
    return []
  }
}
