/** The words about borders and fragments, in one place so that they can be translated. */
export const borderWords = {
  section: 'Words of this mark',
  goTo: (quote: string) => `Go to ${quote}`,
  remove: (quote: string) => `Take out ${quote}`,
  start: 'Start',
  end: 'End',
  left: (side: string, unit: string) => `${side} one ${unit} to the left`,
  right: (side: string, unit: string) => `${side} one ${unit} to the right`,
  word: 'word',
  character: 'character',
  byCharacter: 'By character',
  keep: 'Keep',
  takeBack: 'Take back',
} as const
