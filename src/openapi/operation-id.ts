/**
 * The name of an operation that has none, from its method and path alone, so that it stays the same whatever is added beside it:
 * `getPetsByPetId` for `GET /pets/{petId}`.
 */
export function madeOperationId(method: string, path: string): string {
  const parts = path.split('/').filter((part) => part !== '')
  const words = parts.map((part) => {
    const named = part.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => `By${capitalized(name)}`)
    return capitalized(named.replaceAll(/[^\w.-]/g, '-'))
  })
  return method.toLowerCase() + (words.length > 0 ? words.join('') : 'Root')
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
