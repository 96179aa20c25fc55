import type { Seed } from '../fixtures/seed.ts'
import type { Api } from '../openapi/api.ts'
import { isObject } from '../openapi/pointer.ts'

/** A target file for one API to fill in: its credentials, variables, provider states and operations, each with what it is. */
export function targetTemplate(api: Api, seed: Seed): string {
  const lines = [
    '# yaml-language-server: $schema=node_modules/understudy/schemas/target.schema.json',
    `# A real server of ${api.name}, for \`understudy conform ${api.name} --target FILE\` and \`understudy pact verify\`; docs/target.md explains each line.`,
    '# ${NAME} is an environment variable; what it stands for is never shown in any output.',
    'baseUrl: https://staging.example.com',
    'timeoutMs: 10000',
    '',
    ...credentials(api, seed),
    ...variables(api),
    '# Where a request { state, params, action } makes a provider state true; without it, cases that need one are not reached.',
    '# states:',
    '#   hook: https://staging.example.com/test-support/states',
    '#   unavailable: # states that cannot be set',
    ...seed.states.map(({ name }) => `#     - ${scalar(name)}`),
    '',
    '# Operations that must not be called.',
    'forbidden: []',
    ...api.operations.map(({ id, method, path }) => `# - ${id} # ${method} ${path}`),
    '',
  ]
  return lines.join('\n')
}

function credentials(api: Api, seed: Seed): string[] {
  if (seed.credentials.length === 0)
    return [
      '# Sent with every request.',
      '# headers:',
      `#   authorization: Bearer \${${constantCase(api.name)}_TOKEN}`,
      '',
    ]
  return [
    '# Headers of each credential; the first is the default. In place of a header, `oauth2` fetches the token (docs/target.md).',
    'credentials:',
    ...seed.credentials.flatMap(({ id, description, headers }) => [
      `  ${scalar(id)}:${Object.keys(headers).length === 0 ? ' {}' : ''} # ${oneLine(description)}`,
      ...Object.entries(headers).map(([name, value]) => `    ${scalar(name)}: ${headerValue(api, id, name, value)}`),
    ]),
    '',
  ]
}

function headerValue(api: Api, id: string, name: string, value: string): string {
  const scheme = /^(\w+) \S+$/.exec(value)?.[1]
  const suffix = scheme?.toLowerCase() === 'bearer' ? 'TOKEN' : constantCase(name)
  const variable = `\${${constantCase(api.name)}_${constantCase(id)}_${suffix}}`
  return scheme === undefined ? variable : `${scheme} ${variable}`
}

function variables(api: Api): string[] {
  const source = api.document['x-variables']
  const declared = Object.entries(isObject(source) ? source : {})
  if (declared.length === 0) return []
  return [
    '# What exists on this server; a variable that is left out keeps the value of the document.',
    'variables:',
    ...declared.map(([name, variable]) => {
      const { value, description = '' } = isObject(variable) ? variable : {}
      return `  ${scalar(name)}: ${JSON.stringify(value)}${description === '' ? '' : ` # ${oneLine(String(description))}`}`
    }),
    '',
  ]
}

/** A plain scalar where YAML takes it for a string, else one in quotes. */
function scalar(text: string): string {
  return /^[A-Za-z][\w -]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : JSON.stringify(text)
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

function constantCase(text: string): string {
  return text
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll(/\W+/g, '_')
    .toUpperCase()
}
