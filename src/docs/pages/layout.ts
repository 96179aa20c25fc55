import { version } from '../../version.ts'
import { Html, html } from '../../output/html.ts'

export interface PageOptions {
  readonly title: string
  /** The way from this page up to the root of the mock: `''` for `/docs`, `../` for `/docs/polis`. */
  readonly root: string
  /** Name and title of every page in the bar at the top. */
  readonly pages: readonly PageLink[]
  /** The name of the page that this is. */
  readonly current?: string
  readonly body: Html
}

export interface PageLink {
  readonly name: string
  readonly title: string
  /** Stands apart from the APIs. */
  readonly isControl?: boolean
}

/** A whole page. Every link is relative, so that it stays in the session that its path names. */
export function page({ title, root, pages, current, body }: PageOptions): Html {
  const link = ({ name, title: label }: PageLink): Html =>
    html`<li>
      <a
        href="${root}docs/${encodeURIComponent(name)}"
        ${name === current && html` aria-current="page"`}
        title="${label}"
        >${name}</a
      >
    </li>`
  return html`<!doctype html>
    <html lang="en" data-root="${root === '' ? './' : root}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="${root}docs/_assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="${root}docs/_assets/docs.css" />
        <script type="module" src="${root}docs/_assets/docs.js"></script>
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header class="bar">
          <a class="brand" href="${root}docs" ${current === undefined && html` aria-current="page"`}
            >${logo}<span>Understudy</span></a
          >
          <nav aria-label="APIs">
            <ul>
              ${pages.filter(({ isControl }) => isControl !== true).map(link)}
            </ul>
            <ul class="control-links">
              ${pages.filter(({ isControl }) => isControl === true).map(link)}
            </ul>
          </nav>
          <button type="button" class="quiet" data-own-session hidden>New session</button>
          <button type="button" class="search-button" data-search hidden>Search <kbd>Ctrl K</kbd></button>
          <label class="theme" hidden
            ><span class="sr-only">Colours</span
            ><select data-theme>
              <option value="">System</option>
              <option value="light">Light</option>
              <option value="dark">Dark</option>
            </select></label
          >
        </header>
        ${body}
        <footer class="foot">
          <p>Understudy ${version} · generated from the OpenAPI documents that drive this mock.</p>
        </footer>
      </body>
    </html> `
}

/** Two masks of which one stands in for the other. */
export const icon =
  '<svg aria-hidden="true" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="9" y="3" width="19" height="22" rx="7" fill="#e7a3b3"/><rect x="4" y="7" width="19" height="22" rx="7" fill="#a3123f"/><circle cx="10" cy="16" r="1.8" fill="#fff"/><circle cx="17" cy="16" r="1.8" fill="#fff"/><path d="M9 21.5c2.5 3 6.5 3 9 0" fill="none" stroke="#fff" stroke-width="1.8" stroke-linecap="round"/></svg>'

const logo = new Html(icon)
