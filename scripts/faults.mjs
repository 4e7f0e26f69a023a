/**
 * `npm run faults`: breaks what can break around the server, as often as a release asks for; it takes hours. Names after
 * `--` choose some (`npm run faults -- F1 F7`). SEED repeats a failure, FACTOR makes everything more or less
 * (`FACTOR=0.1`), FAULTS=commit takes the small amounts of `npm test`. The summary is also in test-results/faults.json.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { programForTests } from './program.mjs'
import { installFaultTools, installPackages, requireNode, run, say, tool } from './setup.mjs'

await requireNode()
await installPackages()
await installFaultTools()
process.env.ATTEST_PROGRAM = await programForTests()

const { amounts } = await import('../tests/faults/amounts.ts')
const names = process.argv.slice(2).map((name) => name.toUpperCase())
const unknown = names.filter((name) => !Object.hasOwn(amounts, name))
if (unknown.length > 0) {
  say(`There is no ${unknown.join(', ')}; there are: ${Object.keys(amounts).join(', ')}.`)
  process.exit(2)
}

mkdirSync('test-results', { recursive: true })
const lines = resolve('test-results/faults.jsonl')
rmSync(lines, { force: true })
const filter = names.length > 0 ? ['-t', `\\b(${names.join('|')}):`] : []
// One after the other: several at once would take each other's time, and the figures would say nothing.
const options = ['--project', 'integration', '--no-file-parallelism', ...filter]
const code = await run(process.execPath, [...tool('vitest'), 'run', 'tests/faults', ...options], {
  env: { FAULTS: 'release', ...process.env, FAULTS_RESULTS: lines },
})

const results = existsSync(lines)
  ? readFileSync(lines, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  : []
const wanted = names.length > 0 ? names : Object.keys(amounts)
const missing = wanted.filter((name) => !results.some((result) => result.name === name))
const isFailed = code !== 0 || missing.length > 0 || results.some(({ result }) => result === 'failed')
writeFileSync('test-results/faults.json', `${JSON.stringify({ isFailed, missing, results }, null, 2)}\n`)

say('')
for (const { name, result, amount, of, seconds, sentence, because, seed, commit, figures } of results) {
  say(`${name.padEnd(4)} ${result.padEnd(8)} ${amount === undefined ? '' : `${amount} ${of ?? ''}, `}${sentence}`)
  if (because) say(`              ${because}`)
  if (result === 'failed') say(`              seed ${seed}, commit ${commit}`)
  if (figures) {
    const all = Object.entries(figures).map(([what, figure]) => `${what}: ${figure}`)
    say(`              ${[`${seconds} s`, ...all].join('; ')}`)
  }
}
for (const name of missing) say(`${name.padEnd(4)} did not run to its end`)
const count = (wish) => results.filter(({ result }) => result === wish).length
say(
  `${count('held')} held, ${count('failed') + missing.length} failed, ${count('weak')} known weaknesses, ` +
    `${count('skipped')} skipped.`,
)
process.exitCode = isFailed ? 1 : 0
