/** What the pages of projects say. */

export const frameWords = {
  projects: 'Projects',
  pages: 'Pages of this project',
  articles: 'Articles',
  labels: 'Labels',
} as const
