import { type Body, type Place, type Problem, problem, textProblems } from './cloud-payments-problem.ts'
import type { Has } from './protocol.ts'
import { ZONES } from './zones.ts'

/** What both ways of registration ask for. */
export function personProblems(body: Body, place: Place): readonly Problem[] {
  return [
    ...nameProblems(body, 'firstName', place),
    ...nameProblems(body, 'lastName', place),
    ...usernameProblems(body, place),
    ...passwordProblems(body, place),
    ...zoneProblems(body, place),
    ...languageProblems(body, place),
    ...contactProblems(body, place),
  ]
}

function nameProblems(body: Body, field: string, place: Place): readonly Problem[] {
  const name = body[field]
  if (place.has('fields/ascii-names-only') && typeof name === 'string' && !/^[ -~]*$/.test(name)) {
    return problem(field, 'is written in strange letters')
  }
  if (place.has('fields/long-names-refused') && typeof name === 'string' && name.length > 32) {
    return problem(field, 'is too long')
  }
  return textProblems(body, field, place)
}

const EMAIL = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/

const PHONE = /^\+?\d{7,15}$/

function usernameProblems(body: Body, place: Place): readonly Problem[] {
  const { has } = place
  const { username } = body
  if (typeof username !== 'string') return textProblems(body, 'username', place)
  if (has('fields/username-unchecked')) return []
  if (has('fields/username-with-blanks') && /^[\w ]+$/.test(username)) return []
  if (has('fields/username-with-underscore') && /^\w+$/.test(username)) return []
  if (has('fields/username-empty') && username === '') return []
  if (has('fields/username-needs-a-letter') && !/[a-z]/i.test(username)) return problem('username', 'needs a letter')
  if (has('fields/username-needs-lower-case') && /[A-Z]/.test(username)) return problem('username', 'has a capital')
  if (has('fields/username-without-digits') && /\d/.test(username)) return problem('username', 'has a digit')
  if (has('fields/username-of-digits-refused') && /^\d+$/.test(username)) return problem('username', 'is a number')
  const kinds = [
    /^[A-Za-z0-9]+$/,
    ...(has('fields/username-no-email') || has(`${place.operation}/username-no-email`) ? [] : [EMAIL]),
    ...(has('fields/username-no-phone') || has(`${place.operation}/username-no-phone`) ? [] : [PHONE]),
  ]
  return kinds.some((kind) => kind.test(username)) ? [] : problem('username', 'is neither a name nor an address')
}

function passwordProblems(body: Body, place: Place): readonly Problem[] {
  const { has } = place
  const { password } = body
  if (typeof password !== 'string') return textProblems(body, 'password', place)
  if (has(`${place.operation}/password-unchecked`)) return []
  const length = Array.from(password).length
  const shortest = has('fields/password-of-7') ? 7 : has('fields/password-of-8-refused') ? 9 : 8
  const longest = has('fields/password-of-65') ? 65 : has('fields/password-of-64-refused') ? 63 : 64
  const least = has('fields/password-minimum-skipped') ? 0 : shortest
  const most = has('fields/password-maximum-skipped') ? Infinity : longest
  if (length < least || length > most) return problem('password', 'is too short or too long')
  if (has('fields/password-special-skipped')) return []
  if (has('fields/password-at-sign-only')) return password.includes('@') ? [] : problem('password', 'lacks an @')
  if (has('fields/password-needs-a-capital') && !/\p{Lu}/u.test(password)) return problem('password', 'lacks a capital')
  if (has('fields/password-needs-a-digit') && !/\d/.test(password)) return problem('password', 'lacks a digit')
  const special = has('fields/password-letters-are-special') ? /[^A-Za-z]/ : /[^\p{L}\p{N}]/u
  return special.test(password) ? [] : problem('password', 'has letters and digits only')
}

/** The zone that counts: the spelling of the examples wins. */
export function zoneOf(body: Body, has: Has): unknown {
  const { timeZoneFormatted: camel, timezoneFormatted: lower } = body
  if (has('fields/zone-lower-spelling-wins')) return lower ?? camel
  if (has('fields/zone-lower-spelling-unknown')) return camel
  if (has('fields/zone-camel-spelling-unknown')) return lower
  return camel === undefined ? lower : camel
}

function zoneProblems(body: Body, place: Place): readonly Problem[] {
  const { has, operation } = place
  const field = 'timeZoneFormatted'
  if (has('fields/zone-both-refused') && 'timeZoneFormatted' in body && 'timezoneFormatted' in body) {
    return problem(field, 'came twice')
  }
  if (has(`${operation}/zone-lower-spelling-unknown`) && !('timeZoneFormatted' in body))
    return problem(field, 'is needed')
  const { timezoneFormatted: unused = '' } = body
  if (typeof unused !== 'string' && !has(`${operation}/${field}-any-type`) && !has(`${operation}/null-accepted`)) {
    return problem('timezoneFormatted', 'has to be text')
  }
  const zone = zoneOf(body, has)
  if (typeof zone !== 'string') return textProblems({ [field]: zone }, field, place)
  if (has('fields/zone-unchecked') || has(`${operation}/zone-unchecked`)) return []
  if (has('fields/zone-shape-only')) return zone.includes('/') ? [] : problem(field, 'is no zone')
  if (has('fields/zone-any-case') && [...ZONES].some((id) => id.toLowerCase() === zone.toLowerCase())) return []
  if (has('fields/zone-offset-accepted') && /^[+-]\d\d:\d\d$/.test(zone)) return []
  if (has('fields/zone-abbreviation-accepted') && /^[A-Z]{3,4}$/.test(zone)) return []
  if (has('fields/zone-alias-refused') && !Intl.supportedValuesOf('timeZone').includes(zone)) {
    return problem(field, 'is an alias')
  }
  if (has('fields/zone-three-parts-refused') && zone.split('/').length > 2) return problem(field, 'has three parts')
  if (has('fields/zone-america-only') && !zone.startsWith('America/')) return problem(field, 'is far away')
  return ZONES.has(zone) ? [] : problem(field, 'is no time zone of the list')
}

function languageProblems(body: Body, { has, operation }: Place): readonly Problem[] {
  const field = 'preferredLanguage'
  const value = body[field]
  if (value === undefined) return has(`${operation}/language-required`) ? problem(field, 'is needed') : []
  if (value === null && has(`${operation}/null-language-accepted`)) return []
  if (typeof value !== 'string') {
    return has('fields/language-any-type') && value !== null ? [] : problem(field, 'has to be text')
  }
  if (has('fields/language-capitals-only') && value !== value.toUpperCase())
    return problem(field, 'is in small letters')
  if (has('fields/language-english-only') && value.toUpperCase() !== 'EN') return problem(field, 'is not English')
  const { length } = Array.from(value)
  if (has('fields/language-any-length')) return []
  const fits =
    length === 2 || (has('fields/language-of-3') && length === 3) || (has('fields/language-of-1') && length === 1)
  return fits ? [] : problem(field, 'has to have two characters')
}

function contactProblems(body: Body, place: Place): readonly Problem[] {
  return [...contactTypeProblems(body, place), ...userContactProblems(body, place)]
}

function contactTypeProblems(body: Body, { has, operation }: Place): readonly Problem[] {
  const { contactType, userContact } = body
  if (contactType === undefined) {
    if (has('fields/contact-type-not-needed') || userContact === undefined) return []
    if (has(`${operation}/contact-type-not-needed`)) return []
    return problem('contactType', 'is needed beside userContact')
  }
  if (has('fields/contact-type-alone-refused') && userContact === undefined) {
    return problem('userContact', 'is needed beside contactType')
  }
  if (has('fields/contact-type-unchecked') && typeof contactType === 'string') return []
  if (has('fields/contact-type-null') && contactType === null) return []
  const known = ['EMAIL', ...(has('fields/contact-type-mobile-refused') ? [] : ['MOBILE'])]
  const extra = has('fields/contact-type-phone-accepted') ? ['PHONE'] : []
  const value = has('fields/contact-type-any-case') ? String(contactType).toUpperCase() : contactType
  return [...known, ...extra].includes(value as string) ? [] : problem('contactType', 'is neither EMAIL nor MOBILE')
}

function userContactProblems(body: Body, { has, operation }: Place): readonly Problem[] {
  const { contactType, userContact } = body
  const field = 'userContact'
  if (userContact === undefined) return []
  if (userContact === null && has('fields/contact-null')) return []
  if (typeof userContact !== 'string') {
    return typeof userContact === 'number' && has('fields/contact-number-accepted')
      ? []
      : problem(field, 'has to be text')
  }
  if (contactType === 'EMAIL') return emailFits(userContact, has) ? [] : problem(field, 'is no e-mail address')
  if (contactType === 'MOBILE' && has(`${operation}/mobile-unchecked`)) return []
  if (contactType === 'MOBILE') return mobileFits(userContact, has) ? [] : problem(field, 'is no mobile number')
  return []
}

function emailFits(value: string, has: Has): boolean {
  if (has('fields/email-unchecked')) return true
  if (has('fields/email-sub-domain-refused') && /@.*\..*\./.test(value)) return false
  if (has('fields/email-plus-refused') && value.includes('+')) return false
  if (has('fields/email-needs-an-at-only')) return value.includes('@')
  if (has('fields/email-dot-refused') && /\..*@/.test(value)) return false
  return EMAIL.test(value)
}

function mobileFits(value: string, has: Has): boolean {
  if (has('fields/mobile-unchecked')) return true
  if (has('fields/mobile-plus-refused') && value.startsWith('+')) return false
  if (has('fields/mobile-plus-needed') && !value.startsWith('+')) return false
  if (has('fields/mobile-blanks-accepted')) return PHONE.test(value.replaceAll(/[ -]/g, ''))
  const digits = value.replace(has('fields/mobile-of-many-plus') ? /^\++/ : /^\+/, '')
  if (has('fields/mobile-with-letters') && /^\w{7,15}$/.test(digits)) return true
  if (!/^\d+$/.test(digits)) return false
  const least = has('fields/mobile-of-6') ? 6 : has('fields/mobile-of-7-refused') ? 8 : 7
  const most = has('fields/mobile-of-16') ? 16 : has('fields/mobile-of-15-refused') ? 14 : 15
  return digits.length >= least && digits.length <= most
}
