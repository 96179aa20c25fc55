import type { Seed } from '../fixtures/seed.ts'
import type { Engine } from '../mock/engine/engine.ts'
import type { Sessions } from '../mock/session/sessions.ts'

/** What the pages are made from. */
export interface DocsOptions {
  readonly engines: readonly Engine[]
  readonly control: Engine
  readonly seeds: readonly Seed[]
  readonly sessions: Sessions
}
