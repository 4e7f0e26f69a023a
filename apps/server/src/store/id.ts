import { randomBytes } from 'node:crypto'

/** A new id for a person, a project or an article: 96 random bits that fit every place an id is used in. */
export function newId(): string {
  return randomBytes(12).toString('hex')
}
