/** Registers the service worker, so that what was read opens without the server too. */
import { queries } from '../api.ts'

export function keepForOffline(): void {
  // There is none on an address without TLS that is not this machine; articles then open only with the server in reach.
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  const { serviceWorker } = navigator
  // On the first visit it comes too late to see what was asked already, so that is asked again.
  if (!serviceWorker.controller)
    serviceWorker.addEventListener('controllerchange', () => void queries.invalidateQueries(), { once: true })
  serviceWorker.register('/sw.js').catch((error: unknown) => console.warn('Articles will not open offline:', error))
}
