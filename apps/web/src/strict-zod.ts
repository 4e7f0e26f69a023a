/**
 * What `zod` is in this page (see vite.config.ts): told, before any schema is made, that there is no code made of text
 * here. It would try all the same, and the policy would report it each time the page is opened, so that a report of
 * what somebody else has tried would be one among many.
 */
import { config } from 'zod/v4'

config({ jitless: true })

export * from 'zod/v4'
