import type { Defect } from './defects.ts'
import { ASSUMED } from './polis-assumed-defects.ts'
import { DOCUMENTED, type Line } from './polis-documented-defects.ts'

const defect =
  (tier: Defect['tier']) =>
  ([id, about]: Line): Defect => ({ id: `polis/${id}`, api: 'polis', tier, about })

/** The defects of Polis. */
export const polisDefects: readonly Defect[] = [
  ...DOCUMENTED.map(defect('documented')),
  ...ASSUMED.map(defect('assumed')),
]
