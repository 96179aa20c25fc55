import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Api } from '../../openapi/api.ts'
import { compileWorkflow } from './compile-workflow.ts'
import type { Compiler } from './compiler.ts'
import {
  invalid,
  items,
  member,
  members,
  onlyMembers,
  optionalText,
  readDocument,
  textAt,
  type Node,
} from './document.ts'
import { checkReferences } from './references.ts'
import type { CredentialInput, WorkflowDocument } from './workflow.ts'

/** The workflows beside an API's spec, `<folder>/<api>.arazzo.yaml`; `undefined` when there is no such file. */
export function loadWorkflows(api: Api, folder: string): WorkflowDocument | undefined {
  const path = join(folder, `${api.name}.arazzo.yaml`)
  return existsSync(path) ? compileWorkflows(api, path, `openapi/${basename(path)}`) : undefined
}

/** Reads and checks an Arazzo file. Throws SPEC_INVALID with file and pointer for the first mistake in it. */
export function compileWorkflows(api: Api, path: string, file: string): WorkflowDocument {
  const document = readDocument(path, file)
  const root: Node = { document, pointer: '', value: document.root }
  onlyMembers(root, ['arazzo', 'info', 'sourceDescriptions', 'workflows', 'components'])
  checkVersion(member(root, 'arazzo'))
  const compiler: Compiler = { api, root, source: sourceOf(root, api) }
  const workflows = items(member(root, 'workflows')).map((node) => compileWorkflow(compiler, node))
  if (workflows.length === 0) throw invalid(member(root, 'workflows'), 'must list at least one workflow')
  const credentials = Object.fromEntries(
    members(member(member(root, 'x-inputs'), 'credentials')).map(([name, node]) => [name, credentialAt(node)]),
  )
  const compiled = { api: api.name, file, folder: document.folder, root: document.root, workflows, credentials }
  checkReferences(compiled, document)
  return compiled
}

function checkVersion(node: Node): void {
  if (!/^1\.0\.\d+$/.test(textAt(node))) throw invalid(node, 'must be 1.0.x')
}

function sourceOf(root: Node, api: Api): string {
  const sources = items(member(root, 'sourceDescriptions'))
  const found = sources.find((node) => basename(textAt(member(node, 'url'))) === basename(api.file))
  for (const node of sources) onlyMembers(node, ['name', 'url', 'type'])
  if (found === undefined) throw invalid(member(root, 'sourceDescriptions'), `must name ${basename(api.file)}`)
  return textAt(member(found, 'name'))
}

function credentialAt(node: Node): CredentialInput {
  onlyMembers(node, ['credential', 'header', 'prefix'])
  const prefix = optionalText(member(node, 'prefix')) ?? ''
  return {
    credential: textAt(member(node, 'credential')),
    header: textAt(member(node, 'header')).toLowerCase(),
    prefix,
  }
}
