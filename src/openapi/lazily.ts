/** Gives an object a property that is made when it is first asked for, and is like any other from then on. */
export function defineLazily(owner: object, name: string, make: () => unknown): void {
  Object.defineProperty(owner, name, {
    enumerable: true,
    configurable: true,
    get: () => {
      const value = make()
      Object.defineProperty(owner, name, { enumerable: true, configurable: true, writable: true, value })
      return value
    },
  })
}
