import { fileURLToPath } from 'node:url'

/** Where the package keeps its own specs, fixtures and contracts, whether it runs from `src` or from `dist`. */
export const packageFolder = fileURLToPath(new URL('..', import.meta.url))
export const ownSpecs = fileURLToPath(new URL('../openapi', import.meta.url))
export const ownFixtures = fileURLToPath(new URL('../fixtures', import.meta.url))
export const ownContracts = fileURLToPath(new URL('../contracts', import.meta.url))
