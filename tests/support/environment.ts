/** What the program finds in its environment beside its own settings, wherever the tests run. */
const { PATH = '', NODE_COMPILE_CACHE } = process.env

export const bare: Record<string, string> = { PATH, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }) }
