import { readFileSync } from 'node:fs'
import { UnderstudyError } from '../errors.ts'
import { parseYaml } from '../openapi/yaml.ts'

/** The content of a file that a user names. Throws TARGET_INVALID for one that cannot be read or is no YAML. */
export function readYamlFile(path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new UnderstudyError('TARGET_INVALID', `cannot be read (${(error as NodeJS.ErrnoException).code})`, path)
  }
  const parsed = parseYaml(text)
  if ('problem' in parsed) throw new UnderstudyError('TARGET_INVALID', `is not valid YAML: ${parsed.problem}`, path)
  return parsed.value
}
