import { assumedClass, type Reason } from '../assumption.ts'
import { html, type Html } from '../../output/html.ts'

export interface Tab {
  readonly label: Html
  readonly body: Html
  /** Why the tab as a whole is an assumption. */
  readonly reason: Reason
}

/**
 * Buttons in a row, of which each opens what belongs to it: the first one that the vendor's page states is open. They are folds,
 * so that they work without a script, that an address leads into them, and that the browser's own search finds what they hold;
 * a script closes the one that was open.
 */
export function tabsView(tabs: readonly Tab[]): Html {
  const stated = tabs.findIndex(({ reason }) => reason === undefined)
  return html`<div class="tabs">
    ${tabs.map(
      ({ label, body, reason }, index) =>
        html`<details class="tab ${assumedClass(reason)}" ${index === Math.max(stated, 0) && 'open'}>
          <summary>${label}</summary>
          ${body}
        </details>`,
    )}
  </div>`
}
