import { foldContents, followReading } from './contents.ts'
import { mockConsole } from './console.ts'
import { copyButtons } from './copy.ts'
import { ownSession } from './own-session.ts'
import { preferences } from './preferences.ts'
import { codeSamples } from './samples.ts'
import { search } from './search.ts'
import { loadSections } from './sections.ts'
import { followAnchors } from './spec-places.ts'
import { tryButtons } from './try-it.ts'

preferences()
foldContents()
followReading()
loadSections()
search()
copyButtons()
codeSamples()
tryButtons()
ownSession()
followAnchors()
mockConsole()
