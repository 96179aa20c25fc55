import type { Random } from './random.ts'

/** Chooses words for what stands under a name; `undefined` where it knows none. Faker can be put behind it. */
export type Words = (name: string, random: Random) => string | undefined

const firstNames = ['Ada', 'Grace', 'Alan', 'Linus', 'Margaret', 'Edsger', 'Barbara', 'Tim'] as const
const lastNames = ['Lovelace', 'Hopper', 'Turing', 'Hamilton', 'Liskov', 'Dijkstra', 'Perlman', 'Kay'] as const
const cities = ['Berlin', 'Lisbon', 'Oslo', 'Toronto', 'Nairobi', 'Kyoto'] as const
const companies = ['Example Works', 'Northwind Supplies', 'Harbour Press', 'Greenfield Labs'] as const
const streets = ['Main Street', 'Station Road', 'Harbour Lane', 'Mill Street'] as const
const colours = ['red', 'green', 'blue', 'yellow'] as const

/** A name in its words, lower case: `createdAt`, `created_at` and `CREATED-AT` are all `created at`. */
export function wordsIn(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replaceAll(/[^A-Za-z\d]+/g, ' ')
    .trim()
    .toLowerCase()
}

type Maker = (random: Random, words: string) => string

/** The first that matches the words of a name; the order puts the narrower meaning first. */
const makers: readonly (readonly [RegExp, Maker])[] = [
  [/\b(?:uuid|guid)$/, (random) => uuidOf(random)],
  [/\be ?mails?$|\bemail address$/, (random) => `${random.pick(firstNames).toLowerCase()}@example.com`],
  [/\b(?:avatar|image|picture|photo|logo|icon|thumbnail|banner|cover)s?(?: (?:url|uri|link|src|href))?s?$/, picture],
  [/\b(?:url|uri|link|href|website|homepage|webhook|callback|endpoint|self|src)s?$/, (_, words) => urlOf(words)],
  [/\b(?:phone|mobile|fax|tel|telephone|msisdn)(?: number)?$/, (random) => `+1202555${random.integer(1000, 9999)}`],
  [/\bcurrency(?: code)?$/, (random) => random.pick(['EUR', 'USD', 'GBP'])],
  [/\bcountry(?: code)?$|\bnationality$/, (random) => random.pick(['DE', 'PT', 'NO', 'CA'])],
  [/\blocale$/, (random) => random.pick(['en-US', 'de-DE'])],
  [/\b(?:language|lang)(?: code)?$/, (random) => random.pick(['en', 'de', 'pt'])],
  [/\btime ?zone$/, (random) => random.pick(['Europe/Berlin', 'America/Toronto'])],
  [/\b(?:first|given) ?name$/, (random) => random.pick(firstNames)],
  [/\b(?:last|family|sur) ?name$/, (random) => random.pick(lastNames)],
  [/\b(?:user ?name|login|handle|nick ?name)$/, (random) => `${random.pick(firstNames).toLowerCase()}${random.integer(10, 99)}`],
  [/\b(?:full|display|contact|customer|author|owner|holder) ?name$/, fullName],
  [/\b(?:author|owner|assignee|creator|customer|manager|sender|recipient|user|created by|updated by)$/, fullName],
  [/\b(?:company|organi[sz]ation|employer|vendor|brand|merchant)(?: name)?$/, (random) => random.pick(companies)],
  [/\b(?:city|town|locality)$/, (random) => random.pick(cities)],
  [/\b(?:street|address line|address ?1|line ?1|address)$/, (random) => `${random.integer(1, 99)} ${random.pick(streets)}`],
  [/\b(?:zip|zip ?code|postal ?code|post ?code|postcode)$/, (random) => String(random.integer(10_000, 99_999))],
  [/\b(?:region|province|county)$/, (random) => random.pick(['Bavaria', 'Ontario', 'Viken'])],
  [/\b(?:ip|ip address|ipv4)$/, (random) => `192.0.2.${random.integer(1, 254)}`],
  [/\b(?:host|hostname|domain|domain name|server)$/, () => 'www.example.com'],
  [/\bmac(?: address)?$/, () => '00:00:5e:00:53:01'],
  [/\b(?:color|colour)$/, (random) => random.pick(colours)],
  [/\bversion$/, (random) => `1.${random.integer(0, 9)}.0`],
  [/\b(?:status|state)$/, () => 'active'],
  [/\b(?:hash|checksum|sha|sha1|sha256|md5|digest|fingerprint|etag)$/, (random) => hexOf(random, 40)],
  [/\b(?:token|secret|key|password|signature|nonce)$/, (random) => hexOf(random, 24)],
  [/\b(?:mime|mime type|media type|content type)$/, () => 'application/json'],
  [/\b(?:file ?name|file)$/, () => 'report.pdf'],
  [/\b(?:path|folder|directory)$/, () => '/reports/2026'],
  [/\bslug$/, (random) => `${random.pick(colours)}-${random.integer(10, 99)}`],
  [/\b(?:created|updated|modified|deleted|started|ended|expires?|published|completed|closed|paid|sent|last seen|valid) ?(?:at|on|until|from|date|time|ts)?$|\b(?:timestamp|date ?time|time)$/, (random) => instantOf(random, '')],
  [/\b(?:date|day|birthday|dob)$/, (random) => instantOf(random, '').slice(0, 10)],
  [/\b(?:amount|price|total|balance|cost|fee|tax|subtotal)$/, (random) => `${random.integer(5, 95)}.50`],
  [/\b(?:title|subject|headline)$/, (_, words) => titleOf(words)],
  [/\b(?:description|summary|comment|note|notes|text|body|content|bio|about|details?|message|reason|remarks?)$/, (_, words) => `${sentence(words)} in a few words.`],
  [/\bids?$|\b(?:reference|ref|identifier|number|code|no)$/, (random) => hexOf(random, 12)],
]

/** A word or two that fit what the name says; never blind text. */
export function wordFor(name: string, random: Random): string {
  const words = wordsIn(name)
  for (const [pattern, make] of makers) if (pattern.test(words)) return make(random, words)
  if (words === '') return `text ${random.integer(1, 99)}`
  if (/\bname$/.test(words)) return `${titleOf(words.replace(/ ?name$/, '')) || 'Example'} ${random.integer(1, 99)}`.trim()
  return titleOf(words)
}

/** An RFC 3339 instant in UTC; what ends lies after what begins. */
export function instantOf(random: Random, name: string): string {
  const words = wordsIn(name)
  const isLate = /\b(?:ends?|ended|to|until|expires?|expiry|expiration|due|updated|modified|last|max|before|close|closed|completed|deleted)\b/.test(words)
  const isEarly = /\b(?:start|started|starts|begin|from|since|created|min|after|opened|issued|birth|birthday|dob)\b/.test(words)
  const year = isLate ? 2026 : isEarly ? 2024 : 2025
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${year}-${two(random.integer(1, 12))}-${two(random.integer(1, 28))}T${two(random.integer(0, 23))}:${two(random.integer(0, 59))}:00Z`
}

export function hexOf(random: Random, digits: number): string {
  return Array.from({ length: digits }, () => '0123456789abcdef'.charAt(random.integer(0, 15))).join('')
}

/** Version 4 by its digits, lower case. */
export function uuidOf(random: Random): string {
  const digits = hexOf(random, 32)
  const variant = random.pick(['8', '9', 'a', 'b'])
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`
}

export function urlOf(words: string): string {
  return `https://example.com/${words.replaceAll(' ', '-')}`
}

function picture(_: Random, words: string): string {
  const what = words.replace(/ (?:url|uri|link|src|href)s?$/, '').replaceAll(' ', '-')
  return `https://example.com/images/${what}.png`
}

function fullName(random: Random): string {
  return `${random.pick(firstNames)} ${random.pick(lastNames)}`
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function titleOf(words: string): string {
  return words.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase())
}
