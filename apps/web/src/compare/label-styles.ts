/** The lines and colours of a project's kinds, for as long as a page without the article's editor is shown. */
import type { LabelSet } from '@attest/schema/labelset'
import { useLayoutEffect } from 'react'
import { labelStyles } from '../editor/label-styles.ts'

export function useLabelStyles(labelSet: LabelSet): void {
  useLayoutEffect(() => {
    const sheet = labelStyles(labelSet)
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet)
    }
  }, [labelSet])
}
