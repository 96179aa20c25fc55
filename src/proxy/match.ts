import type { Engine, Plan } from '../mock/engine/engine.ts'

/** The operation that a request belongs to, and the texts of its path parameters. */
export interface Match {
  readonly plan: Plan
  readonly pathTexts: Readonly<Record<string, string>>
}

/** Finds the operation below any of the API's bases; fixed segments win over parameters, and `HEAD` is the `GET` without its body. */
export function matchOperation({ api, plans }: Engine, method: string, path: string): Match | undefined {
  const wanted = method === 'HEAD' ? ['HEAD', 'GET'] : [method]
  const segments = path.split('/')
  const matches = plans
    .filter(({ operation }) => wanted.includes(operation.method))
    .flatMap((plan) =>
      api.bases.map((base) => ({ plan, pathTexts: textsOf(`${base}${plan.operation.path}`.split('/'), segments) })),
    )
    .filter((match): match is Match => match.pathTexts !== undefined)
  return matches.toSorted((one, other) => count(one) - count(other))[0]
}

function textsOf(template: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (template.length !== segments.length) return undefined
  const texts: Record<string, string> = {}
  for (const [index, part] of template.entries()) {
    const segment = segments[index] ?? ''
    const name = /^\{([^}]+)\}$/.exec(part)?.[1]
    if (name === undefined ? part !== segment : segment === '') return undefined
    if (name !== undefined) texts[name] = decoded(segment)
  }
  return texts
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function count({ pathTexts }: Match): number {
  return Object.keys(pathTexts).length
}
