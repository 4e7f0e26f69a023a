/**
 * Days as people mean them: a date without a time, `2026-11-22`, which begins when it does where the person is. Days in
 * order are strings in order.
 */
import * as z from 'zod'

/** A day that there is, of four-digit years. */
export const dayString = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine((day) => nextDay(previousDay(day)) === day, 'There is no such day.')

export type Day = string

const DAY_MS = 86_400_000

/** Whether it names a time zone that is known here. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

/** Tells the day of a moment in a time zone. Made once and asked often: to make one costs a thousand times more. */
export function dayTeller(zone: string): (at: number) => Day {
  // The Swedish way to write a date is ours.
  const format = new Intl.DateTimeFormat('sv', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  return (at) => format.format(at)
}

export function today(zone: string, now: number): Day {
  return dayTeller(zone)(now)
}

export function nextDay(day: Day): Day {
  return addDays(day, 1)
}

function previousDay(day: Day): Day {
  return addDays(day, -1)
}

/** The day so many later; of what is no day, the empty string. */
export function addDays(day: Day, days: number): Day {
  // Days have no clock, so every one of them is as long as in UTC.
  const at = Date.parse(`${day}T00:00:00Z`) + days * DAY_MS
  return Number.isNaN(at) ? '' : new Date(at).toISOString().slice(0, 10)
}

/** How many days the one is after the other. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS)
}

/** All days from the one to the other, both included; at most the last so many. */
export function daysFrom(from: Day, to: Day, most: number): Day[] {
  const length = Math.min(daysBetween(from, to) + 1, most)
  return Array.from({ length: Math.max(0, length) }, (_, i) => addDays(to, i - length + 1))
}
