import { foldContents, followReading } from './contents.ts'
import { mockConsole } from './console.ts'
import { copyButtons } from './copy.ts'
import { ownSession } from './own-session.ts'
import { pageCredential } from './page-credential.ts'
import { preferences } from './preferences.ts'
import { codeSamples } from './samples.ts'
import { search } from './search.ts'
import { loadSections } from './sections.ts'
import { followAnchors } from './spec-places.ts'
import { exclusiveTabs } from './tabs.ts'
import { tryButtons } from './try-it.ts'

preferences()
foldContents()
followReading()
loadSections()
exclusiveTabs()
search()
copyButtons()
pageCredential()
codeSamples()
tryButtons()
ownSession()
followAnchors()
mockConsole()
