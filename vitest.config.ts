import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig, type Plugin } from 'vitest/config'
import { chromiumOptions } from './tests/support/chromium.ts'

const chromium = playwright({ launchOptions: chromiumOptions })

/** Nearly half of the time a test waits: for a disk, another process, a frame. More at once than this makes others wait. */
const maxWorkers = Math.ceil(availableParallelism() * 1.5)

/** No test is a measurement: a machine that is busy takes its time, and whatever hangs is told in the end. */
const patience = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 15_000 } } }

/**
 * The threads of a server that a test opens are those of the program that `npm test` has built, where it has: each of
 * them reads one file instead of 300.
 */
const builtThreads: Plugin = {
  name: 'built-threads',
  transform(code, id) {
    const program = process.env['ATTEST_PROGRAM']
    if (!program || !id.includes('/apps/server/src/')) return
    const folder = pathToFileURL(dirname(program))
    return code.replaceAll(
      /new URL\('(?:[^']*\/)?([\w-]+-thread)\.ts', import\.meta\.url\)/g,
      (_, thread) => `new URL('${folder}/${thread}.js')`,
    )
  },
}

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [builtThreads],
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts'],
          ...patience,
          maxWorkers,
        },
      },
      {
        plugins: [builtThreads],
        test: {
          name: 'integration',
          include: ['tests/{sync,fuzz,live,faults,http,formats,house,commands}/**/*.test.ts'],
          ...patience,
          maxWorkers,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'pages',
          include: ['tests/browser/**/*.test.ts'],
          ...patience,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers,
          sequence: { groupOrder: 1 },
        },
      },
      {
        root: 'apps/web',
        test: {
          name: 'browser',
          include: ['src/**/*.browser.tsx', 'src/**/*.browser.ts'],
          ...patience,
          maxWorkers,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: chromium,
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
})
