/** Days where the person is. */
import { daysBetween, today as todayIn } from '@attest/schema/days'
import { clock } from '../api.ts'

export const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone

/** By the server's clock: a wrong one here would make all work late. */
export function today(): string {
  return todayIn(zone, clock.now())
}

const noon = (day: string) => Date.parse(`${day}T12:00:00Z`)
const near = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' })
const far = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })

/** `today`, `tomorrow`, `Fri, 27 Nov`, or with its year where that is another one. */
export function dayText(day: string, now: string): string {
  const away = daysBetween(now, day)
  if (away === 0) return 'today'
  if (away === 1) return 'tomorrow'
  if (away === -1) return 'yesterday'
  return (day.slice(0, 4) === now.slice(0, 4) ? near : far).format(noon(day))
}

const short = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })

export function shortDay(day: string): string {
  return short.format(noon(day))
}

const hour = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })

export function hourText(at: number): string {
  return hour.format(at)
}
