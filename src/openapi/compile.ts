import { basename, extname } from 'node:path'
import type { Api } from './api.ts'
import { compileCollections, foundResources } from './compile-collections.ts'
import { compileComponentResponse } from './compile-content.ts'
import { compileOperations, compileWebhooks, operationHeads } from './compile-operations.ts'
import { defineLazily } from './lazily.ts'
import { shapeOf } from './operation-shape.ts'
import { compileSecuritySchemes } from './compile-security.ts'
import { compileBases, compileFamilies } from './compile-servers.ts'
import { type Compiler, createCompiler, optional } from './compiler.ts'
import { invalid, type SpecDocument } from './document.ts'
import type { ApiName } from './json.ts'
import { createNotes, type Notes } from './note.ts'
import type { DocumentIndex } from './document-index.ts'
import type { OpenedDocument } from './open-document.ts'
import { textOf } from './text-of.ts'

/**
 * Compiles an OpenAPI 3.1 document that is held to the strictest reading. Everything that the kit relies on is checked here;
 * validators are built on their first use. Throws SPEC_INVALID with `file#/json/pointer` at the first thing that is wrong or not supported.
 */
export function compileApi(document: SpecDocument, files: readonly string[] = []): Api {
  const { root, file } = document
  if (typeof root['openapi'] !== 'string' || !root['openapi'].startsWith('3.1.')) {
    throw invalid(document, '/openapi', `must be 3.1.x, but is ${JSON.stringify(root['openapi']) ?? 'missing'}`)
  }
  const name = basename(file, extname(file))
  const placeOf: Api['placeOf'] = (pointer) => ({ file, pointer })
  const context = { name, files, placeOf, notes: createNotes(name, placeOf) }
  return apiOf(createCompiler(document), context)
}

/** Compiles a document of somebody else, which was repaired before; each part of an operation on its first use. */
export function compileOpened(document: OpenedDocument, name: ApiName, files: readonly string[]): Api {
  const { notes, places, index } = document
  return apiOf(createCompiler(document, notes), { name, files, notes, placeOf: places.original, index })
}

/** What only a walk through all of an opened document tells. */
export function indexOf(document: OpenedDocument): DocumentIndex {
  const compiler = createCompiler(document, document.notes)
  const operations = operationHeads(compiler)
  const shapes = operations.map((head) => shapeOf(compiler, head))
  return { operations, resources: foundResources(compiler, shapes) }
}

interface Context {
  readonly name: ApiName
  readonly files: readonly string[]
  readonly notes: Notes
  readonly placeOf: Api['placeOf']
  readonly index?: DocumentIndex | undefined
}

function apiOf(compiler: Compiler, { name, files, notes, placeOf, index }: Context): Api {
  const { root, document } = compiler
  const info = compiler.object('/info')
  const operations = compileOperations(compiler, name, index?.operations)
  const bases = compileBases(compiler)
  const api: Omit<Api, 'webhooks'> = {
    name,
    file: document.file,
    files,
    title: textOf(info['title'] ?? ''),
    strict: compiler.notes === undefined,
    notes: notes.list,
    addNote: notes.add,
    placeOf,
    document: root,
    bases,
    families: compileFamilies(compiler, bases),
    operations,
    ...compileCollections(compiler, operations, index?.resources),
    securitySchemes: compileSecuritySchemes(compiler),
    unroutable: {
      ...optional('notFound', compileComponentResponse(compiler, 'NotFound')),
      ...optional('methodNotAllowed', compileComponentResponse(compiler, 'MethodNotAllowed')),
    },
  }  // Nobody asks for them at the start.
  defineLazily(api, 'webhooks', () => compileWebhooks(compiler, name))
  return api as Api
}
