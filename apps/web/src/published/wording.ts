/** What the page of an article for the public says. */
export const publishedWords = {
  closed: 'There is nothing at this link',
  readOnly: 'Attest · to read',
  legend: 'Kinds of marks',
  marks: (count: number) => (count === 1 ? '1 mark' : `${count} marks`),
  none: 'Nobody has marked anything here yet.',
  by: (kind: string, name: string) => `${kind} by ${name}`,
  noValue: 'none',
  picked: 'The mark you picked',
  close: 'Close',
} as const
