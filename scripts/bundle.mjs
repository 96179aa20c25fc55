import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

// The command line as few files, written beside what `tsc` made: Node takes half of a start to find, read and compile some 500 small
// modules. The library stays as it is, module by module.

const dist = fileURLToPath(new URL('../dist', import.meta.url))

/** Of our dependencies those that every start of `serve` loads, with all that they need. Everything else stays a package. */
const bundled = new Set([
  '@fastify/multipart',
  'ajv',
  'ajv-formats',
  'commander',
  'fastify',
  'fastify-plugin',
  'rfc6902',
  'secure-json-parse',
  'sorted-btree',
])

/** What Fastify has for those who log by it, inject by it, or let it compile schemas: the command line does none of that. */
const unused = new Set(['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler', 'light-my-request', 'pino'])

const packageOf = (path) => /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path

const packages = {
  name: 'packages',
  setup(esbuild) {
    esbuild.onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
      if (kind === 'entry-point') return undefined
      const name = packageOf(path)
      const isBundled = importer.includes('node_modules') ? !unused.has(name) : bundled.has(name)
      return isBundled ? undefined : { path, external: true }
    })
  },
}

/** Files that a module finds beside itself are where they were, and packages that it loads when it needs them come along. */
const ownModules = (outFolder) => ({
  name: 'own modules',
  setup(esbuild) {
    esbuild.onLoad({ filter: /\.js$/ }, async ({ path }) => {
      if (!path.startsWith(dist) || path.includes('node_modules')) return undefined
      const place = relative(outFolder, path).replaceAll('\\', '/')
      const text = await readFile(path, 'utf8')
      const isLoader = /^const require = createRequire\(import\.meta\.url\);?$/m
      const loads = [...text.matchAll(/\brequire\('([^']+)'\)/g)].map(([, name]) => packageOf(name))
      const open = loads.length > 0 && loads.every((name) => bundled.has(name)) ? text.replace(isLoader, '') : text
      const here = `new URL(${JSON.stringify(place.startsWith('.') ? place : `./${place}`)}, import.meta.url).href`
      return { contents: open.replaceAll(/import\.meta\.url/g, here), loader: 'js', resolveDir: dirname(path) }
    })
  },
})

const settings = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  charset: 'utf8',
  logLevel: 'warning',
  legalComments: 'none',
  // Packages in the older format ask for Node's own modules by `require`.
  banner: {
    js: "import { createRequire as createRequireHere } from 'node:module'; const require = createRequireHere(import.meta.url);",
  },
}

const folder = join(dist, 'bundle')
/** What the second thread of the tester runs, out of the same files. */
const worker = 'conform/run/api-worker.js'
const { metafile } = await build({
  ...settings,
  entryPoints: { main: join(dist, 'cli/main.js'), 'api-worker': join(dist, worker) },
  outdir: folder,
  splitting: true,
  metafile: true,
  plugins: [packages, ownModules(folder)],
})

// What is imported by its path when it is needed, and what a thread runs: one file each, in its own place.
const alone = readdirSync(join(dist, 'apis'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => join(dist, 'apis', name, 'index.js'))
for (const file of [...alone, join(dist, 'openapi/cache/open-worker.js')])
  await build({
    ...settings,
    entryPoints: [file],
    outfile: file,
    allowOverwrite: true,
    plugins: [packages, ownModules(dirname(file))],
  })

writeFileSync(join(dist, worker), "import '../../bundle/api-worker.js'\n")
const cli = join(dist, 'cli.js')
writeFileSync(cli, readFileSync(cli, 'utf8').replace('./cli/main.js', './bundle/main.js'))
writeFileSync(join(folder, 'LICENSES.txt'), licenses(Object.keys(metafile.inputs)))

/** The licenses of the packages that came along, as these ask for. */
function licenses(inputs) {
  const folders = new Set(
    inputs.flatMap(
      (input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(resolve(input).replaceAll('\\', '/'))?.[0] ?? [],
    ),
  )
  return [...folders]
    .toSorted((one, other) => one.localeCompare(other))
    .map(license)
    .join('\n')
}

function license(place) {
  const { name, version, license: kind } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'))
  const file = readdirSync(place).find((each) => /^licen[cs]e/i.test(each))
  const text = file === undefined ? '' : readFileSync(join(place, file), 'utf8').trim()
  return `${name} ${version} (${kind})\n\n${text}\n\n${'-'.repeat(80)}\n`
}
