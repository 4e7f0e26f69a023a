/**
 * `npm run bench`: sets up what is missing, then measures everything, or one of `page`, `gate`, `agreement`, `suggest`, `sync` and
 * `load`: `npm run bench sync`. What follows goes to that one: `npm run bench sync -- --quick`. All of it takes an hour or so.
 */
import { buildPage, installChromium, installPackages, installPackagesIn, requireNode, run, say } from './setup.mjs'

/** Each with what it needs besides the packages. */
const benches = {
  page: [installChromium, buildPage, () => installPackagesIn('tests/bench/page/peers')],
  gate: [],
  agreement: [],
  suggest: [],
  sync: [() => installPackagesIn('tests/bench/sync/peers')],
  load: [],
  exchange: [],
}

const [first, ...rest] = process.argv.slice(2)
const isNamed = first !== undefined && Object.hasOwn(benches, first)
if (first !== undefined && !isNamed && !first.startsWith('-')) {
  say(`There is no benchmark ${first}; there are ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}

await requireNode()
await installPackages()
for (const name of isNamed ? [first] : Object.keys(benches)) {
  for (const prepare of benches[name]) await prepare()
  const options = isNamed ? rest : process.argv.slice(2)
  const code = await run(process.execPath, [`tests/bench/${name}.ts`, ...options])
  if (code !== 0) process.exitCode = code
}
