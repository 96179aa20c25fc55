import type { Api, JsonObject, Operation } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { anchor, anchoredHeading, titleText } from '../anchor.ts'
import { assumedClass, assumptionsIn, mark, why } from '../assumption.ts'
import { credentialChoice } from '../views/credential-choice-view.ts'
import { contentsView } from '../views/contents-view.ts'
import { textAt } from '../document-part.ts'
import type { DocumentedApi } from '../documented-api.ts'
import { html, type Html, join, nothing } from '../../output/html.ts'
import { type PageLink, page } from './layout.ts'
import { inlineMarkdown, isWebAddress, markdown } from '../markdown.ts'
import { isLarge } from '../large-page.ts'
import { operationGroups, type OperationGroup } from '../operation-groups.ts'
import { operationFold, operationView } from '../views/operation-view.ts'
import { notesList } from '../views/notes-view.ts'
import { referenceView } from '../views/reference-view.ts'
import { unroutableView } from '../views/responses-view.ts'
import { webhooksView } from '../views/webhooks-view.ts'
import { credentialsView, serversView, setupTitle } from '../views/setup-view.ts'

/** Everything that one API's document says, and a form behind each operation to try it. */
export function apiPage(docs: DocumentedApi, pages: readonly PageLink[]): Html {
  const { api } = docs
  return page({
    title: `${api.title} · Understudy`,
    root: '../',
    pages,
    current: api.name,
    body: html` <div class="layout" data-api="${api.name}">
      ${contentsView(docs)}
      <main id="content">
        ${introduction(docs)} ${setup(docs)} ${operations(docs)} ${webhooksView(api)} ${unroutableView(api)} ${referenceView(docs)}
      </main>
    </div>`,
  })
}

function introduction({ api }: DocumentedApi): Html {
  const { document } = api
  const summary = textAt(document, '/info', 'summary')
  const count = assumptionsIn(api)
  const reason = assumptionAt(document, '/info/version')
  return html`<header class="intro">
    <p class="eyebrow">${api.name}</p>
    <h1>${titleText(api.title)}</h1>
    ${summary !== '' && html`<p class="lead">${inlineMarkdown(summary)}</p>`}
    <p class="meta">
      <span class="${assumedClass(reason)}">Version ${textAt(document, '/info', 'version')}${mark(reason)}</span> ·
      ${api.operations.length} ${api.operations.length === 1 ? 'operation' : 'operations'} ·
      ${count > 0 && html`${count} ${count === 1 ? 'assumption' : 'assumptions'} ·`}
      <a href="${encodeURIComponent(api.name)}/openapi.yaml">YAML</a> ·
      <a href="${encodeURIComponent(api.name)}/openapi.json">JSON</a>
    </p>
    <div class="prose">${markdown(textAt(document, '/info', 'description'), 2)}</div>
    ${documentLinks(document)}
    ${count > 0 && legend}
  </header>`
}

/** Whom to ask and what applies, as far as the document says so. */
function documentLinks(document: JsonObject): Html {
  const link = (label: string, address: string): Html[] =>
    isWebAddress(address) ? [html`<a href="${address}" rel="noreferrer noopener">${label}</a>`] : []
  const email = textAt(document, '/info/contact', 'email')
  const links = [
    ...link(textAt(document, '/externalDocs', 'description') || 'Further documentation', textAt(document, '/externalDocs', 'url')),
    ...link(textAt(document, '/info/contact', 'name') || 'Contact', textAt(document, '/info/contact', 'url')),
    ...(email === '' ? [] : link(email, `mailto:${email}`)),
    ...link('Terms of service', textAt(document, '/info', 'termsOfService')),
    ...link(textAt(document, '/info/license', 'name') || 'Licence', textAt(document, '/info/license', 'url')),
  ]
  return links.length === 0 ? nothing : html`<p class="meta">${join(links, ' · ')}</p>`
}

const legend = html`<p class="legend">
  What the vendor's page states stands as it is. What it does not state carries the word
  <span class="mark">assumed</span>, with the reason. The switch <b>Assumptions</b> hides them.
</p>`

function setup(docs: DocumentedApi): Html {
  const schemes = Object.keys(docs.api.securitySchemes)
  return html`<section class="plain">
    ${anchoredHeading(2, 'about-setup', html`${setupTitle(docs)}`)}
    <div class="side-by-side">
      <div>${serversView(docs.api)}</div>
      <div>${credentialsView(docs)}${anyCredentialNote(docs)}${schemes.map((name) => schemeView(docs.api, name))}${credentialChoice(docs)}</div>
    </div>
  </section>`
}

/** A mock without credentials of its own takes whatever is sent in the right place. */
function anyCredentialNote({ api, credentials }: DocumentedApi): Html {
  if (credentials.length > 0 || Object.keys(api.securitySchemes).length === 0) return nothing
  return html`<h3>Credentials</h3>
    <p>This mock accepts any key, token or password, but one has to be sent where an operation asks for it.</p>`
}

function schemeView({ document, securitySchemes }: Api, name: string): Html {
  const scheme = securitySchemes[name]
  if (!scheme) return nothing
  const sent =
    scheme.kind === 'http'
      ? `Authorization: ${scheme.scheme === 'bearer' ? 'Bearer' : scheme.scheme} …`
      : `${scheme.name} (${scheme.in})`
  return html`<div class="scheme ${assumedClass(scheme.inferred)}" id="${anchor('scheme', name)}">
    <p>
      <b>${name}</b> <code>${sent}</code>${mark(scheme.inferred)}
      ${inlineMarkdown(textAt(document, scheme.pointer, 'description'))}
    </p>
    ${why(scheme.inferred)}
  </div>`
}

/** One operation on a page of its own, for readers without a script and for links into a large document. */
export function operationPage(docs: DocumentedApi, operation: Operation, pages: readonly PageLink[]): Html {
  const { api } = docs
  return page({
    title: `${operation.summary || operation.id} · ${api.title} · Understudy`,
    root: '../../../',
    pages,
    current: api.name,
    body: html`<div data-api="${api.name}">
      <main id="content" class="single">
        <header class="crumbs">
          <h1><a href="../../${encodeURIComponent(api.name)}">${api.title}</a></h1>
          <h2>${operationGroups(api).find((group) => group.operations.includes(operation))?.name ?? 'Operation'}</h2>
        </header>
        ${credentialChoice(docs)} ${operationView(docs, operation)}
      </main>
    </div>`,
  })
}

/** What of an API's document could not be used. */
export function notesPage({ api }: DocumentedApi, pages: readonly PageLink[]): Html {
  return page({
    title: `Notes · ${api.title} · Understudy`,
    root: '../../',
    pages,
    current: api.name,
    body: html`<main id="content" class="single">
      <p><a href="../${encodeURIComponent(api.name)}">${api.title}</a></p>
      <h1>What was set aside</h1>
      ${notesList(api)}
    </main>`,
  })
}

function operations(docs: DocumentedApi): Html {
  const groups = operationGroups(docs.api)
  return html`${groups.map((group) => groupView(docs, group, groups.length))}`
}

function groupView(docs: DocumentedApi, { name, tag, operations: list }: OperationGroup, groups: number): Html {
  const large = isLarge(docs.api)
  const title = name ?? (groups > 1 ? 'Further operations' : undefined)
  const { description } = tag
  return html`<section class="tag">
    ${title !== undefined && anchoredHeading(2, anchor('tag', title), html`${title}`)}
    ${typeof description === 'string' && html`<div class="prose muted">${markdown(description, 3)}</div>`}
    ${list.map((operation) => (large ? operationFold(docs, operation) : operationView(docs, operation)))}
  </section>`
}
