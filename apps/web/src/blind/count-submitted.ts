import { hasSubmitted, type Reveal } from '@attest/schema/reveal'

/** Those who are assigned, and how many of them have submitted. */
export function countSubmitted({ people }: Reveal): { assigned: number; submitted: number } {
  const assigned = people.filter(({ state }) => state !== null)
  return { assigned: assigned.length, submitted: assigned.filter(({ state }) => hasSubmitted(state)).length }
}
