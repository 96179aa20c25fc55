import type { Engine } from '../mock/engine/engine.ts'

/** Notes each operation of a document that a request never reaches, since the mock itself has something at its path. */
export function noteOwnPaths(engines: readonly Engine[], docs: boolean): void {
  for (const { api, plans } of engines) {
    for (const { operation } of plans) {
      const { method, path, pointer, bases = [] } = operation
      const isShadowed = [...bases, ...api.bases].some((base) => {
        const top = (base + path).split('/', 2)[1]
        return top === '__mock' || (docs && top === 'docs' && (method === 'GET' || method === 'HEAD'))
      })
      if (isShadowed)
        api.addNote({
          what: "has a path of the mock's own",
          pointer,
          instead: "the mock's pages and calls answer there",
        })
    }
  }
}
