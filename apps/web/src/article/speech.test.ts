import { expect, it } from 'vitest'
import { openSpeech } from './speech.ts'

function storage(kept: Record<string, string> = {}) {
  const shelf = new Map(Object.entries(kept))
  return {
    getItem: (key: string) => shelf.get(key) ?? null,
    setItem: (key: string, value: string) => void shelf.set(key, value),
  }
}

it('says what one does oneself, until one chooses otherwise, and remembers it for that person', () => {
  const shelf = storage()
  const ada = openSpeech('ada', shelf)
  expect(ada.speech.get()).toBe('own')
  ada.choose('all')
  expect(openSpeech('ada', shelf).speech.get()).toBe('all')
  expect(openSpeech('ben', shelf).speech.get()).toBe('own')
})

it('takes no notice of what it does not know, nor of a browser that keeps nothing', () => {
  expect(openSpeech('ada', storage({ 'attest-speech:ada': 'loud' })).speech.get()).toBe('own')
  const shut = () => {
    throw new DOMException('denied', 'SecurityError')
  }
  const ada = openSpeech('ada', { getItem: shut, setItem: shut })
  ada.choose('off')
  expect(ada.speech.get()).toBe('off')
})
