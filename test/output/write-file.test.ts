import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFolder, writeFileWhole } from '../../src/output/write-file.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'understudy-write-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('writing a file', () => {
  test('makes a new one, and replaces an old one with its mode', () => {
    const file = join(folder, 'a.txt')
    writeFileWhole(file, 'old')
    chmodSync(file, 0o640)
    writeFileWhole(file, 'new ü')
    expect(readFileSync(file, 'utf8')).toBe('new ü')
    expect(statSync(file).mode & 0o777).toBe(0o640)
    expect(readdirSync(folder)).toEqual(['a.txt'])
  })

  test('replaces what a link leads to, not the link', () => {
    mkdirSync(join(folder, 'real'))
    writeFileSync(join(folder, 'real', 'a.txt'), 'old')
    symlinkSync(join('real', 'a.txt'), join(folder, 'link.txt'))
    writeFileWhole(join(folder, 'link.txt'), 'new')
    expect(readFileSync(join(folder, 'real', 'a.txt'), 'utf8')).toBe('new')
    expect(readdirSync(folder).toSorted()).toEqual(['link.txt', 'real'])
  })

  test('writes to a device as it is', () => {
    writeFileWhole('/dev/null', 'gone')
    expect(statSync('/dev/null').isFile()).toBe(false)
  })

  test.each([
    ['a disk that is full', () => '/dev/full', '(ENOSPC): the disk is full'],
    ['a folder of that name', () => folder, '(EISDIR): it is a folder'],
    ['a folder that is missing', () => join(folder, 'none', 'a'), '(ENOENT): there is no such folder'],
    ['a file in place of a folder', () => join(folder, 'file', 'a'), '(ENOTDIR): a part of its path is no folder'],
    ['a name that is too long', () => join(folder, 'x'.repeat(300)), '(ENAMETOOLONG): the name is too long'],
  ])('says in one line that it can not, for %s', (_name, file, reason) => {
    writeFileSync(join(folder, 'file'), '')
    expect(() => writeFileWhole(file(), 'text')).toThrow(`${file()}: cannot be written ${reason}`)
    expect(readdirSync(folder)).toEqual(['file'])
  })

  test('leaves the old file where the new one does not fit, and nothing beside it', () => {
    const file = join(folder, 'a.json')
    writeFileSync(file, 'old')
    const built = JSON.stringify(new URL('../../dist/output/write-file.js', import.meta.url).href)
    const program = `import { writeFileWhole } from ${built}
      try { writeFileWhole(${JSON.stringify(file)}, 'x'.repeat(1_000_000)) } catch (error) { console.log(error.message) }`
    // A limit of the shell stands in for a disk: no file may grow beyond 64 blocks.
    const command = ['-c', 'ulimit -f 64; exec "$0" --input-type=module -e "$1"', process.execPath, program]
    const said = execFileSync('sh', command, { encoding: 'utf8' })
    expect(said).toBe(`${file}: cannot be written (EFBIG): the file would be larger than allowed\n`)
    expect(readFileSync(file, 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['a.json'])
  })
})

test('a folder that can not be made is told in one line', () => {
  writeFileSync(join(folder, 'file'), '')
  expect(() => createFolder(join(folder, 'file'))).toThrow(
    `${join(folder, 'file')}: cannot be made a folder (EEXIST): a file of this name is in the way`,
  )
})
