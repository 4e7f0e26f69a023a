/** What the pages of projects say. */

export const frameWords = {
  projects: 'Projects',
  pages: 'Pages of this project',
  articles: 'Articles',
  moderation: 'Moderation',
  log: 'Log',
  labels: 'Labels',
} as const
