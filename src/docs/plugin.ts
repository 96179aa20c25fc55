import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { baseUrl } from './base-url.ts'
import { controlListing, mockListing } from './listing.ts'
import type { DocsOptions } from './docs-options.ts'
import type { Site } from './site.ts'
import { clientPrefixOf } from '../mock/session/session-prefix.ts'

/** Serves the pages below `/docs`; what makes them is loaded when somebody asks for the first one. */
export function registerDocs(app: FastifyInstance, options: DocsOptions, isAtHome = true): void {
  let loading: Promise<Site> | undefined
  const answer = async (request: FastifyRequest, reply: FastifyReply, path: string): Promise<FastifyReply> => {
    loading ??= load(options)
    const site = await loading
    const { protocol, host, headers } = request
    const {
      status,
      body,
      headers: sent,
    } = site.answer({
      path,
      protocol,
      host,
      sessionPrefix: clientPrefixOf(request.raw),
      sessionExists: options.sessions.of(request.raw) !== undefined,
      fallbackUrl: app.server.listening ? app.listeningOrigin : 'http://127.0.0.1',
      ifNoneMatch: headers['if-none-match'],
      acceptEncoding: headers['accept-encoding'],
    })
    return reply.code(status).headers(sent).send(body)
  }
  // In somebody else's app without a prefix the first page is theirs.
  if (isAtHome && !app.hasRoute({ method: 'GET', url: '/' })) {
    app.get('/', listed(app, options, 'docs', async ({ engines }, base) => mockListing(engines, base)))
  }
  app.get('/__mock', listed(app, options, 'docs/control-plane', async ({ control }, base) => controlListing(await control(), base)))
  app.get('/docs', (request, reply) => answer(request, reply, ''))
  const { reload } = options
  if (reload)
    app.get('/docs/_reload', (_request, reply) => {
      reply.hijack()
      reload.join(reply.raw)
    })
  app.get<{ Params: { '*': string } }>('/docs/*', (request, reply) =>
    answer(request, reply, request.params['*'] || '/'),
  )
}

type Listing = (options: DocsOptions, base: string) => Promise<unknown>

/** A list for programs, a page for who would rather have one. */
function listed(app: FastifyInstance, options: DocsOptions, page: string, listing: Listing): RouteHandlerMethod {
  return async (request, reply) => {
    const { raw, protocol, host, headers } = request
    const sessionPrefix = clientPrefixOf(raw)
    reply.header('vary', 'accept')
    // Who names no type at `/` has always been led to the pages.
    const { accept = page === 'docs' ? 'text/html' : '*/*' } = headers
    if (/\btext\/html\b/.test(accept)) return reply.redirect(`${sessionPrefix}/${page}`, 302)
    const fallback = app.server.listening ? app.listeningOrigin : 'http://127.0.0.1'
    return reply.send(await listing(options, baseUrl({ protocol, host, sessionPrefix }, fallback)))
  }
}

async function load(options: DocsOptions): Promise<Site> {
  const [{ createSite }, control] = await Promise.all([import('./site.ts'), options.control()])
  return createSite(options, control)
}
