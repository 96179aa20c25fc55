import { html, type Html } from '../../output/html.ts'
import { type PageLink, page } from './layout.ts'

/** A 404 for people: what there is instead. `root` is the way up to the root of the mock. */
export function missingPage(title: string, root: string, pages: readonly PageLink[]): Html {
  return page({
    title: `${title} · Understudy`,
    root,
    pages,
    body: html` <main id="content" class="overview">
      <header class="hero">
        <h1>${title}.</h1>
        <p class="lead">These pages exist:</p>
        <ul>
          <li><a href="${root}docs">All APIs</a></li>
          ${pages.map(({ name, title: label }) => html`<li><a href="${root}docs/${encodeURIComponent(name)}">${label}</a></li>`)}
        </ul>
      </header>
    </main>`,
  })
}
