/** The words about keys and commands, in one place so that they can be translated. */
export const paletteWords = {
  title: 'All commands',
  placeholder: 'What would you like to do?',
  recent: 'Used last',
  notNow: 'not now',
  none: (typed: string) => `Nothing is called “${typed}”.`,
  count: (count: number) => (count === 1 ? 'One command' : `${count} commands`),
} as const

export const helpWords = {
  title: 'Keys and kinds',
  where:
    'Keys act while the article has the focus: click into it, or press Tab until its edge is marked. Those with a dot act everywhere but in a field.',
  singleOff: 'Keys of one character are turned off for you.',
  search: 'Search the keys',
  none: (typed: string) => `No key does “${typed}”.`,
  kinds: 'Kinds',
  everywhere: 'acts everywhere',
  other: 'Choose other keys',
  gestures: 'Mouse and touch',
} as const

export const keysWords = {
  title: 'Your keys',
  kept: 'They are kept in this browser, for you alone.',
  single: 'Keys of one character',
  singleHint:
    'Turn them off if you dictate, or press keys unawares. Everything stays in reach by buttons, menus and the other keys.',
  search: 'Search the commands',
  none: (typed: string) => `No command is called “${typed}”.`,
  press: 'Press the new key …',
  cancels: 'Esc leaves it as it was.',
  add: (label: string) => `Add a key for “${label}”`,
  change: (key: string, label: string) => `Change ${key}, “${label}”`,
  remove: (key: string, label: string) => `Turn ${key} off, “${label}”`,
  reset: (label: string) => `The keys of “${label}” as they were`,
  resetAll: 'All as they were',
  noKey: 'no key',
  reserved: (key: string) =>
    `${key} is the browser’s own, moves in the text, or stands for a label. Press another one.`,
  taken: (key: string, other: string) => `${key} is the key of “${other}”.`,
  takeOver: 'Use it here instead',
  keep: 'Leave it there',
  bound: (key: string, label: string) => `${key} does “${label}” now.`,
  turnedOff: (key: string) => `${key} does nothing now.`,
  asBefore: 'As it was.',
  allAsBefore: 'All keys are as they were.',
  singleTurned: (isOn: boolean) => (isOn ? 'Keys of one character are on.' : 'Keys of one character are off.'),
  soundsOff: (key: string) => `${key} is kept, but keys of one character are off.`,
} as const
