import type { Api, JsonObject, Operation } from '../../spec/api.ts'
import { inferredAt } from '../../spec/inferred.ts'
import { pointerTo } from '../../spec/pointer.ts'
import { anchor, anchoredHeading } from './anchor.ts'
import { assumedClass, countAssumptions, mark, why } from './assumption.ts'
import { objectAt, objectsAt, textAt } from './document-part.ts'
import type { DocumentedApi } from './documented-api.ts'
import { html, type Html, join, nothing } from './html.ts'
import { valueText } from './json-view.ts'
import { type PageLink, page } from './layout.ts'
import { inlineMarkdown, markdown } from './markdown.ts'
import { methodTag, operationView } from './operation-view.ts'
import { unroutableView } from './responses-view.ts'
import { longListNames, longListsView } from './long-lists-view.ts'
import { credentialsView, serversView } from './setup-view.ts'

/** Everything that one API's document says, and a form behind each operation to try it. */
export function apiPage(docs: DocumentedApi, pages: readonly PageLink[]): Html {
  const { api } = docs
  return page({ title: `${api.title} · Understudy`, root: '../', pages, current: api.name, body: html`
<div class="layout" data-api="${api.name}">
${sidebar(docs)}
<main id="content">
${introduction(docs)}
${setup(docs)}
${operations(docs)}
${unroutableView(api)}
${reference(docs)}
</main>
</div>` })
}

/** Those who search or filter find the controls in one place on every page. */
export function readingControls(placeholder: string): Html {
  return html`<form class="search" role="search" hidden><label><span class="sr-only">${placeholder}</span><input type="search" data-search placeholder="${placeholder}" autocomplete="off" spellcheck="false"></label><output data-found aria-live="polite"></output></form>
<fieldset class="switch"><legend>Assumptions</legend><div><label><input type="radio" name="assumptions" value="explained" checked><span>Explained</span></label><label><input type="radio" name="assumptions" value="marked"><span>Marked</span></label><label><input type="radio" name="assumptions" value="hidden"><span>Hidden</span></label></div></fieldset>`
}

function sidebar({ api, states }: DocumentedApi): Html {
  const sections: [string, string, boolean][] = [
    ['setup', 'Calling it', true],
    ['elsewhere', 'Where no operation applies', api.unroutable.notFound !== undefined || api.unroutable.methodNotAllowed !== undefined],
    ['values', 'Lists of values', longListNames(api.document).length > 0],
    ['states', 'Provider states', states.length > 0],
    ['variables', 'Variables', Object.keys(objectAt(api.document, '/x-variables')).length > 0],
    ['document', 'The document', true],
  ]
  return html`<div class="side"><div class="side-inner">
${readingControls('Search this API')}
<details class="side-fold" open><summary>On this page</summary>
<nav aria-label="On this page"><ul class="toc">
${api.operations.map((operation) => html`<li class="${assumedClass(operation.inferred)}" data-entry="${operation.id}"><a href="#${encodeURIComponent(anchor(operation.id))}">${methodTag(operation.method)}<span>${operation.summary || operation.id}</span></a></li>`)}
</ul><ul class="toc minor">${sections.map(([id, label, there]) => there && html`<li><a href="#${id}">${label}</a></li>`)}</ul></nav></details></div></div>`
}

function introduction({ api }: DocumentedApi): Html {
  const { document } = api
  const summary = textAt(document, '/info', 'summary')
  const count = countAssumptions(document['paths']) + countAssumptions(document['components'])
  const reason = inferredAt(document, '/info/version')
  return html`<header class="intro"><p class="eyebrow">${api.name}</p><h1>${api.title}</h1>
${summary !== '' && html`<p class="lead">${inlineMarkdown(summary)}</p>`}
<p class="meta"><span class="${assumedClass(reason)}">Version ${textAt(document, '/info', 'version')}${mark(reason)}</span> · ${api.operations.length} ${api.operations.length === 1 ? 'operation' : 'operations'} · ${count === 0 ? 'nothing assumed' : `${count} assumptions`} · <a href="${encodeURIComponent(api.name)}/openapi.yaml">YAML</a> · <a href="${encodeURIComponent(api.name)}/openapi.json">JSON</a></p>
<div class="prose">${markdown(textAt(document, '/info', 'description'))}</div>
${count > 0 && legend}</header>`
}

const legend = html`<p class="legend">What the vendor's page states stands as it is. What it does not state carries the word <span class="mark">assumed</span>, with the reason. The switch <b>Assumptions</b> hides them.</p>`

function setup(docs: DocumentedApi): Html {
  const schemes = Object.keys(docs.api.securitySchemes)
  return html`<section class="plain">${anchoredHeading(2, 'setup', html`Calling it`)}
<div class="side-by-side"><div>${serversView(docs.api)}</div><div>${credentialsView(docs)}${schemes.map((name) => schemeView(docs.api, name))}</div></div></section>`
}

function schemeView({ document, securitySchemes }: Api, name: string): Html {
  const scheme = securitySchemes[name]
  if (!scheme) return nothing
  const sent = scheme.kind === 'http' ? `Authorization: ${scheme.scheme === 'bearer' ? 'Bearer' : scheme.scheme} …` : `${scheme.name} (${scheme.in})`
  return html`<div class="scheme ${assumedClass(scheme.inferred)}" id="${anchor('scheme', name)}"><p><b>${name}</b> <code>${sent}</code>${mark(scheme.inferred)} ${inlineMarkdown(textAt(document, scheme.pointer, 'description'))}</p>${why(scheme.inferred)}</div>`
}

function operations(docs: DocumentedApi): Html {
  const { api } = docs
  const tags = objectsAt(api.document, '/tags')
  const tagged = tags.map((tag) => ({ tag, list: api.operations.filter((operation) => firstTag(api, operation) === tag['name']) })).filter(({ list }) => list.length > 0)
  const rest = api.operations.filter((operation) => !tagged.some(({ list }) => list.includes(operation)))
  const groups = tagged.map(({ tag, list }) => tagView(docs, tag, list))
  return html`${groups}${rest.length > 0 && html`<section class="tag">${tagged.length > 0 && html`<h2>Further operations</h2>`}${rest.map((operation) => operationView(docs, operation))}</section>`}
<p class="no-match" data-no-match hidden>No operation says that. Each word has to occur in one and the same operation.</p>`
}

function firstTag(api: Api, { pointer }: Operation): unknown {
  const { tags } = objectAt(api.document, pointer)
  return Array.isArray(tags) ? tags[0] : undefined
}

function tagView(docs: DocumentedApi, tag: JsonObject, list: readonly Operation[]): Html {
  const name = String(tag['name'])
  return html`<section class="tag">${anchoredHeading(2, anchor('tag', name), html`${name}`)}
${typeof tag['description'] === 'string' && html`<div class="prose muted">${markdown(tag['description'])}</div>`}
${list.map((operation) => operationView(docs, operation))}</section>`
}

function reference(docs: DocumentedApi): Html {
  return html`${longListsView(docs.api.document)}${statesView(docs)}${variablesView(docs.api)}${documentView(docs.api)}`
}

function statesView({ states }: DocumentedApi): Html {
  if (states.length === 0) return nothing
  return html`<section class="plain">${anchoredHeading(2, 'states', html`Provider states`)}
<p class="muted">What a test can make true with one call of <code>POST /__mock/states</code>. Parameters that are left out have the value shown.</p>
<ul class="entries flat">${states.map(({ name, description, params }) => html`<li class="entry"><div class="entry-line"><span class="entry-name">${name}</span></div>
${description !== '' && html`<div class="prose">${markdown(description)}</div>`}
<dl class="examples-line">${Object.entries(params).map(([param, value]) => html`<div><dt><code>${param}</code></dt><dd><code>${valueText(value.default)}</code> <span class="muted">${value.description}</span></dd></div>`)}</dl></li>`)}</ul></section>`
}

function variablesView({ document }: Api): Html {
  const variables = Object.keys(objectAt(document, '/x-variables'))
  if (variables.length === 0) return nothing
  const rows = variables.map((name) => {
    const { value, description } = objectAt(document, pointerTo('/x-variables', name))
    return html`<tr><td><code>${name}</code></td><td><code>${valueText(value)}</code></td><td>${inlineMarkdown(String(description ?? ''))}</td></tr>`
  })
  return html`<section class="plain">${anchoredHeading(2, 'variables', html`Variables`)}
<p class="muted">Ids and values that are others on a real server. A target file gives them there.</p>
<div class="scroll" tabindex="0"><table><thead><tr><th>Name</th><th>On this mock</th><th>What it is</th></tr></thead><tbody>${rows}</tbody></table></div></section>`
}

function documentView({ name, document, collections }: Api): Html {
  const kept = Object.values(collections).map((collection) => html`<code>${collection.name}</code>`)
  const license = textAt(document, '/info/license', 'name')
  return html`<section class="plain">${anchoredHeading(2, 'document', html`The document`)}
<p>This page shows <a href="${encodeURIComponent(name)}/openapi.yaml" download="${name}.yaml">OpenAPI 3.1 as YAML</a> or <a href="${encodeURIComponent(name)}/openapi.json" download="${name}.json">JSON</a>. Its first server is this mock, so that a client generated from it can be run at once.${license !== '' && ` Licence: ${license}.`}</p>
${kept.length > 0 && html`<p>The mock keeps rows of ${join(kept, ', ')}. <code>GET /__mock/state</code> shows them.</p>`}</section>`
}
