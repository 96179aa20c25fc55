/** Loads the page again when the mock has read its documents anew; only a mock that watches them sends this script. */
const { root = './' } = document.documentElement.dataset
let shown: string | undefined
new EventSource(`${root}docs/_reload`).addEventListener('message', ({ data }: MessageEvent<string>) => {
  if (shown !== undefined && data !== shown) location.reload()
  shown = data
})
