import { allNotesOf } from '../../openapi/all-notes.ts'
import type { Api } from '../../openapi/api.ts'
import type { Note } from '../../openapi/note.ts'
import { html, type Html, nothing } from '../../output/html.ts'
import { anchoredHeading } from '../anchor.ts'
import { isLarge } from '../large-page.ts'

/** Whether a page has something to say about notes: a large document is not read to its end just to know. */
export function hasNotes(api: Api): boolean {
  return isLarge(api) || allNotesOf(api).length > 0
}

/** What of a document could not be used, as a section of its page; for a large one a link to the page that has it. */
export function notesSection(api: Api): Html {
  if (!hasNotes(api)) return nothing
  const href = `${encodeURIComponent(api.name)}/notes`
  return html`<section class="plain">
    ${anchoredHeading(2, 'about-notes', html`What was set aside`)}
    ${isLarge(api) ? html`<p><a href="${href}">What of this document could not be used</a>, and what the mock does instead.</p>` : notesList(api)}
  </section>`
}

/** Each note: what is wrong, where it stands, and what the mock does instead. */
export function notesList(api: Api): Html {
  const notes = allNotesOf(api)
  if (notes.length === 0) return html`<p>Every part of this document is used.</p>`
  return html`<p class="muted">
      ${notes.length === 1 ? 'One part' : `${notes.length} parts`} of this document could not be used as written.
    </p>
    <ul class="entries flat notes">
      ${notes.map(noteView)}
    </ul>`
}

function noteView({ what, file, pointer, instead, count = 1 }: Note): Html {
  return html`<li class="entry">
    <p><b>${what}</b>${count > 1 && html` <span class="muted">(${count} times)</span>`}</p>
    <p class="muted"><code>${file}#${pointer}</code></p>
    <p>${instead}</p>
  </li>`
}
