import { type Draft, type Holder, isDraft } from './draft.ts'
import { type At, below, pointerAt } from './at.ts'
import { objectIn, takeSchema, visitExamples, visitMap, visitMediaType } from './content.ts'
import type { Repair, Visit } from './repair.ts'
import { typeNameOf, visitSchema } from './schema.ts'
import { textOf } from '../text-of.ts'

const stylesOf: Readonly<Record<string, readonly string[]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'tabDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form', 'cookie'],
  querystring: [],
}

/** A parameter; one that no request can carry is taken out of its holder. */
export const visitParameter: Visit = (repair, holder, key, at) => {
  const parameter = objectIn(repair, holder, key, at, 'parameter')
  if (!parameter) return
  const { name, in: place } = parameter
  if (isBody(repair, parameter)) return
  if ((typeof name !== 'string' && place !== 'querystring') || typeof place !== 'string' || !(place in stylesOf)) {
    repair.note(at, 'has no name, or is in no place that a request has', 'it is left out')
    delete holder[key]
    return
  }
  if (place === 'querystring') parameter['name'] ??= 'querystring'
  if (place === 'path') parameter['required'] = true
  if (parameter['required'] === 'true') parameter['required'] = true
  if (repair.version === '2.0') upgradeParameter(repair, parameter, at)
  mendStyle(repair, parameter, place, at)
  mendSchema(repair, parameter, at)
  visitExamples(repair, parameter, at)
}

/** Those of 2.0 became request bodies where they are used. */
function isBody({ version }: Repair, part: unknown): boolean {
  return version === '2.0' && isDraft(part) && (part['in'] === 'body' || part['in'] === 'formData')
}

const collectionStyles: ReadonlyMap<unknown, string> = new Map([
  ['ssv', 'spaceDelimited'],
  ['pipes', 'pipeDelimited'],
  ['tsv', 'tabDelimited'],
])

/** `collectionFormat` and the schema inside of 2.0. */
function upgradeParameter(repair: Repair, parameter: Draft, at: At): void {
  if ('schema' in parameter) return
  const { collectionFormat, type } = parameter
  delete parameter['collectionFormat']
  parameter['schema'] = takeSchema(parameter)
  repair.derive(at, below(at, 'schema'))
  if (type !== 'array' || parameter['in'] !== 'query') return
  parameter['style'] = collectionStyles.get(collectionFormat) ?? 'form'
  parameter['explode'] = collectionFormat === 'multi'
}

function mendStyle(repair: Repair, parameter: Draft, place: string, at: At): void {
  const { style } = parameter
  if (style === undefined || stylesOf[place]?.includes(style as string) === true) return
  repair.note(below(at, 'style'), `${JSON.stringify(style)} is not a style of a parameter in: ${place}`, 'the usual one is taken')
  delete parameter['style']
}

function mendSchema(repair: Repair, parameter: Draft, at: At): void {
  if ('schema' in parameter) {
    visitSchema(repair, parameter, 'schema', below(at, 'schema'))
    delete parameter['content']
    return
  }
  visitMap(repair, parameter, 'content', at, visitMediaType)
  const { content } = parameter
  if (isDraft(content) && Object.keys(content).length > 0) return
  delete parameter['content']
  parameter['schema'] = 'type' in parameter ? takeSchema(parameter) : {}
  if (Object.keys(parameter['schema'] as Draft).length === 0) repair.count(at, 'has no schema', 'any value is valid there')
  else repair.count(at, 'has its type in it, as in version 2.0, and no schema', 'that is taken for its schema')
  repair.derive(at, below(at, 'schema'))
  visitSchema(repair, parameter, 'schema', below(at, 'schema'))
}

/** The parameters of a path or an operation, as an array in which each has a name and a place. */
export function visitParameters(repair: Repair, owner: Draft, at: At): void {
  const list = listOf(repair, owner, at)
  if (!list) return
  const place = below(at, 'parameters')
  const { length } = list
  const holder = list as unknown as Holder
  for (let index = 0; index < length; index++) visitParameter(repair, holder, index, below(place, index))
  list.forEach((each, index) => {
    if (isBody(repair, repair.peek(each, below(place, index)).part)) list[index] = undefined
  })
  noteTwins(repair, list, place)
  owner['parameters'] = closed(repair, list, place)
}

function listOf(repair: Repair, owner: Draft, at: At): unknown[] | undefined {
  const { parameters } = owner
  if (parameters === undefined || Array.isArray(parameters)) return parameters
  const isMap = isDraft(parameters)
  const what = `is ${typeNameOf(parameters)} where an array is expected`
  repair.note(below(at, 'parameters'), what, isMap ? 'its values are taken for the parameters' : 'it is left out')
  delete owner['parameters']
  if (!isMap) return undefined
  const list = Object.values(parameters)
  Object.keys(parameters).forEach((name, index) => {
    repair.derive(below(below(at, 'parameters'), name), below(below(at, 'parameters'), index))
  })
  return list
}

/** Without the gaps that taking parameters out has left. */
function closed(repair: Repair, list: unknown[], at: At): unknown[] {
  const kept = list.flatMap((part, index) => (part === undefined ? [] : [{ part, index }]))
  if (kept.length === list.length) return list
  const sources = kept.map(({ index }) => repair.sourceOf(below(at, index)))
  kept.forEach((_, index) => repair.places.move(sources[index] as string, pointerAt(below(at, index))))
  return kept.map(({ part }) => part)
}

function noteTwins(repair: Repair, list: unknown[], at: At): void {
  const seen = new Set<string>()
  list.forEach((each, index) => {
    const { part } = repair.peek(each, at)
    if (!isDraft(part)) return
    const name = `${textOf(part['in'])}:${textOf(part['name'])}`
    if (seen.has(name)) repair.note(below(at, index), `the parameter ${textOf(part['name'])} is declared twice`, 'the last one counts')
    seen.add(name)
  })
}
