/**
 * How much of each fault is tried: at each commit (`npm test`) and for a release (`npm run faults`). One row of the table
 * in promises.md each; the tests take their amounts from here and from nowhere else.
 */
export interface Amount {
  /** What is counted. */
  of: string
  perCommit: number
  perRelease: number
}

export const amounts = {
  F1: { of: 'kills under writing', perCommit: 20, perRelease: 500 },
  F2: { of: 'kills in each of compaction, migration, import, export, backup', perCommit: 2, perRelease: 50 },
  F3: { of: 'acknowledgements traced', perCommit: 100, perRelease: 1000 },
  F4: { of: 'power cuts', perCommit: 10, perRelease: 200 },
  F5: { of: 'stops by signal', perCommit: 3, perRelease: 50 },
  F6: { of: 'full disks', perCommit: 2, perRelease: 20 },
  F7: { of: 'failing system calls of each kind', perCommit: 20, perRelease: 200 },
  F8: { of: 'flipped bits and cuts', perCommit: 30, perRelease: 300 },
  F9: { of: 'slow readers', perCommit: 1, perRelease: 20 },
  F10: { of: 'links taken down', perCommit: 1, perRelease: 20 },
  F11: { of: 'partitions of each length', perCommit: 3, perRelease: 30 },
  F12: { of: 'seconds on a bad line', perCommit: 10, perRelease: 1800 },
  F13: { of: 'scripts of 100 acts by five people', perCommit: 150, perRelease: 10_000 },
  F14: { of: 'clocks that jump', perCommit: 2, perRelease: 20 },
  F15: { of: 'storms of 1,000 clients', perCommit: 1, perRelease: 20 },
  F19: { of: 'data folders of earlier versions', perCommit: 1, perRelease: 1 },
} as const satisfies Record<string, Amount>

export type FaultName = keyof typeof amounts
