import type { Seed } from '../fixtures/seed.ts'
import type { Engine } from '../mock/engine/engine.ts'
import type { Api } from '../openapi/api.ts'
import type { ReloadFeed } from '../mock/server/reload-feed.ts'
import type { Sessions } from '../mock/session/sessions.ts'

/** What the pages are made from. */
export interface DocsOptions {
  readonly engines: readonly Engine[]
  /** The control plane as an API among the others. */
  readonly control: () => Promise<Api>
  readonly seeds: readonly Seed[]
  readonly sessions: Sessions
  /** Tells open pages that what they show has changed; missing where it can't. */
  readonly reload?: ReloadFeed | undefined
}
