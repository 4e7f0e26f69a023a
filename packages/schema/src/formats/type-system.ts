/**
 * A UIMA type system description (UIMA References, 2.3), which says what the structures of an XMI file can have. The one
 * that is written is also what INCEpTION takes layers from (project settings, Layers, Import).
 */
import type { LabelSet } from '../labelset.ts'
import { STRING, type Type, typesOf } from './cas.ts'
import type { TextFile } from './format.ts'
import { escapeText, readXml } from './xml.ts'

export function typeSystemFile(labelSet: LabelSet): TextFile {
  const types = typesOf(labelSet).map(
    ({ name, supertype, features }) => `    <typeDescription>
      <name>${name}</name>
      <description/>
      <supertypeName>${supertype}</supertypeName>
      <features>
${features.map(described).join('\n')}
      </features>
    </typeDescription>`,
  )
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier">
  <name>${escapeText(labelSet.name)}</name>
  <types>
${types.join('\n')}
  </types>
</typeSystemDescription>
`
  return { name: 'TypeSystem.xml', text }
}

function described({ name, range }: Type['features'][number]): string {
  return `        <featureDescription>
          <name>${name}</name>
          <description/>
          <rangeTypeName>${range}</rangeTypeName>
        </featureDescription>`
}

export function isTypeSystem({ text }: TextFile): boolean {
  return /<(\w+:)?typeSystemDescription\b/.test(text.slice(0, 5000))
}

/** The types of a file; a problem as `readXml` says it. */
export function readTypes(file: TextFile): { types: Type[] } | { problem: string } {
  const types: { name: string; supertype: string; features: { name: string; range: string }[] }[] = []
  const path: string[] = []
  let words = ''
  const problem = readXml(file, {
    open({ name }) {
      path.push(name)
      words = ''
      if (name === 'typeDescription') types.push({ name: '', supertype: '', features: [] })
      else if (name === 'featureDescription') types.at(-1)?.features.push({ name: '', range: STRING })
    },
    text(found) {
      words += found
    },
    close() {
      const [name, parent] = [path.pop(), path.at(-1)]
      const type = types.at(-1)
      const feature = type?.features.at(-1)
      const said = words.trim()
      words = ''
      if (parent === 'typeDescription' && name === 'name' && type) type.name = said
      else if (parent === 'typeDescription' && name === 'supertypeName' && type) type.supertype = said
      else if (parent === 'featureDescription' && name === 'name' && feature) feature.name = said
      else if (parent === 'featureDescription' && name === 'rangeTypeName' && feature) feature.range = said
    },
  })
  return problem === null ? { types } : { problem }
}

/** Whether the feature of a type holds references to other structures; null where no type system says. */
export function referring(types: readonly Type[]): (type: string, feature: string) => boolean | null {
  const byName = new Map(types.map((type) => [type.name, type]))
  const ranges = new Map(
    types.map(({ name, features }) => [name, new Map(features.map((one) => [one.name, one.range]))]),
  )
  return (type, feature) => {
    // A type may claim to be its own ancestor, so each is asked once.
    const asked = new Set<string>()
    for (let name = type; byName.has(name) && !asked.has(name); name = byName.get(name)?.supertype ?? '') {
      asked.add(name)
      const range = ranges.get(name)?.get(feature)
      if (range !== undefined) return !primitive.test(range) && byName.get(range)?.supertype !== STRING
    }
    return null
  }
}

const primitive = /^uima\.cas\.(String|Boolean|Byte|Short|Integer|Long|Float|Double)(Array|List)?$/
