import { allowHeader } from './allow-header.ts'
import { bodyForbidden } from './body-forbidden.ts'
import { bodySchema } from './body-schema.ts'
import { bodyUnparseable } from './body-unparseable.ts'
import { contentType } from './content-type.ts'
import { createdDiffers } from './created-differs.ts'
import { createdUnlisted } from './created-unlisted.ts'
import { createdUnreadable } from './created-unreadable.ts'
import { credentialsIgnored } from './credentials-ignored.ts'
import { deletedListed } from './deleted-listed.ts'
import { deletedReadable } from './deleted-readable.ts'
import { differsFromMock } from './differs-from-mock.ts'
import { echo } from './echo.ts'
import { errorShape } from './error-shape.ts'
import { filterWrong } from './filter-wrong.ts'
import { flow } from './flow.ts'
import { headLikeGet } from './head-like-get.ts'
import { headerInvalid } from './header-invalid.ts'
import { headerMissing } from './header-missing.ts'
import { idRepeated } from './id-repeated.ts'
import { internalLeak } from './internal-leak.ts'
import { invalidAccepted } from './invalid-accepted.ts'
import { lostUpdate } from './lost-update.ts'
import { mediaTypeAccepted } from './media-type-accepted.ts'
import { methodAccepted } from './method-accepted.ts'
import { noAnswer } from './no-answer.ts'
import { optionsAnswered } from './options.ts'
import { pageWrong } from './page-wrong.ts'
import { refusalStatus } from './refusal-status.ts'
import { refusedWriteChanged } from './refused-write-changed.ts'
import { serverDied } from './server-died.ts'
import { serverError } from './server-error.ts'
import { sizeAccepted } from './size-accepted.ts'
import { sortWrong } from './sort-wrong.ts'
import { staleTagAccepted } from './stale-tag-accepted.ts'
import { statusUndeclared } from './status-undeclared.ts'
import { successStatus } from './success-status.ts'
import { tagUnchanged } from './tag-unchanged.ts'
import { undeclaredProperty } from './undeclared-property.ts'
import { unknownPath } from './unknown-path.ts'
import { updateLost } from './update-lost.ts'
import { updateSpills } from './update-spills.ts'
import { validRefused } from './valid-refused.ts'
import type { AnswerCheck, CheckDefinition } from './check-definition.ts'

/** Every check that the suite makes, one file each; `--help`, `--only` and the reports follow from this list and its order. */
const registry = [
  noAnswer,
  serverDied,
  serverError,
  statusUndeclared,
  contentType,
  bodyUnparseable,
  bodySchema,
  undeclaredProperty,
  headerMissing,
  headerInvalid,
  bodyForbidden,
  errorShape,
  internalLeak,
  validRefused,
  successStatus,
  invalidAccepted,
  refusalStatus,
  echo,
  methodAccepted,
  allowHeader,
  unknownPath,
  headLikeGet,
  optionsAnswered,
  mediaTypeAccepted,
  sizeAccepted,
  credentialsIgnored,
  createdUnreadable,
  createdDiffers,
  createdUnlisted,
  updateLost,
  updateSpills,
  refusedWriteChanged,
  deletedReadable,
  deletedListed,
  idRepeated,
  tagUnchanged,
  staleTagAccepted,
  lostUpdate,
  filterWrong,
  pageWrong,
  sortWrong,
  flow,
  differsFromMock,
] as const

export type CheckId = (typeof registry)[number]['id']

/** What a server that passes it keeps, by the stable id of the check. */
export const checks = Object.fromEntries(registry.map(({ id, promises }) => [id, promises])) as Readonly<
  Record<CheckId, string>
>

/** The checks that every answer has to pass. */
export const answerChecks: readonly (AnswerCheck & { readonly id: CheckId })[] = registry.filter(
  (check) => check.appliesTo === 'every-answer',
)

/** The checks that tell of a request which succeeded although it was to be refused. */
export const acceptedChecks: ReadonlySet<CheckId> = new Set(
  registry.filter((check: CheckDefinition) => 'accepts' in check).map(({ id }) => id),
)

/** The checks that tell of what becomes of things: a server that shows a write late raises them. */
export const stateChecks: ReadonlySet<CheckId> = new Set(
  registry.filter(({ appliesTo }) => appliesTo === 'flow' || appliesTo === 'workflow').map(({ id }) => id),
)
