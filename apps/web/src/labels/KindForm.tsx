/** One kind: what it is called, how it looks, what it means, and what is asked of its marks. */
import { type Attribute, type Kind, type LabelSet, patterns } from '@attest/schema/labelset'
import { Plus } from 'lucide-react'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { idFrom, move, newAttribute } from './draft.ts'
import { Checks, Field, MoveButtons, Text, useFlaws } from './fields.tsx'
import styles from './labels.module.css'
import { patternWords, typeWords, labelWords as words } from './wording.ts'

interface KindProps {
  set: LabelSet
  at: number
  /** Ids that marks may have: they stay, whatever the name becomes. */
  isKept: boolean
  /** The attributes that it had when the draft was begun. */
  keptAttributes: readonly string[]
  onChange: (field: string, change: (kind: Kind, set: LabelSet) => void) => void
  onUndo: () => void
}

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const

export function KindForm({ set, at, isKept, keptAttributes, onChange, onUndo }: KindProps) {
  const kind = set.kinds[at]
  if (!kind) return null
  const path = `kinds.${at}`
  const needed = set.relations.filter(({ from, to }) => from.includes(kind.id) || to.includes(kind.id))
  const kinds = new Map(set.kinds.map((one) => [one.key, one]))
  return (
    <div className={styles['form']}>
      <Text
        label={words.label}
        path={`${path}.label`}
        hint={words.id(kind.id)}
        value={kind.label}
        maxLength={60}
        onChange={(label) =>
          onChange(`${path}.label`, (one, all) => {
            one.label = label
            if (!isKept)
              rename(
                all,
                one,
                idFrom(
                  label,
                  all.kinds.flatMap(({ id }) => (id === one.id ? [] : [id])),
                  'kind',
                ),
              )
          })
        }
      />
      <div className={styles['pair']}>
        <Field label={words.key} path={`${path}.key`}>
          {(props) => (
            <select
              {...props}
              value={kind.key}
              onChange={(event) =>
                onChange('', (one, all) => {
                  // Two keys change places: no kind is ever without one.
                  const other = all.kinds.find(({ key }) => key === event.target.value)
                  if (other) other.key = one.key
                  one.key = event.target.value
                })
              }
            >
              {keys.map((key) => {
                const other = kinds.get(key)
                return (
                  <option key={key} value={key}>
                    {other && other.id !== kind.id ? `${key} (${other.label})` : key}
                  </option>
                )
              })}
            </select>
          )}
        </Field>
        <Field label={words.line} path={`${path}.pattern`}>
          {(props) => (
            <select
              {...props}
              value={kind.pattern}
              onChange={(event) => {
                const chosen = patterns.find((pattern) => pattern === event.target.value)
                if (chosen) onChange('', (one) => (one.pattern = chosen))
              }}
            >
              {patterns.map((pattern) => (
                <option key={pattern} value={pattern}>
                  {patternWords[pattern]}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <div className={styles['pair']}>
        {(['light', 'dark'] as const).map((theme) => (
          <ColorField
            key={theme}
            label={words[theme]}
            path={`${path}.color.${theme}`}
            value={kind.color[theme]}
            onChange={(color) => onChange(`${path}.color.${theme}`, (one) => (one.color[theme] = color))}
          />
        ))}
      </div>
      <Text
        label={words.guideline}
        path={`${path}.guideline`}
        hint={words.guidelineHint}
        rows={8}
        maxLength={10_000}
        value={kind.guideline}
        onChange={(guideline) => onChange(`${path}.guideline`, (one) => (one.guideline = guideline))}
      />
      {needed.length > 0 && (
        <Checks
          label={words.needs}
          path={`${path}.needs`}
          options={needed}
          chosen={kind.needs ?? []}
          onChange={(needs) =>
            onChange('', (one) => {
              if (needs.length > 0) one.needs = needs
              else delete one.needs
            })
          }
        />
      )}
      <h3>{words.attributes}</h3>
      {kind.attributes.length === 0 && <p className={styles['hint']}>{words.noAttributes}</p>}
      <ol className={styles['attributes']}>
        {kind.attributes.map((attribute, i) => (
          // Its place: the id of a new one follows its name while that is typed.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={i}>
            <AttributeFields
              attribute={attribute}
              path={`${path}.attributes.${i}`}
              onChange={(field, change) =>
                onChange(field, (one) => {
                  const found = one.attributes[i]
                  if (found) change(found)
                })
              }
              onLabel={(label) =>
                onChange(`${path}.attributes.${i}.label`, (one) => {
                  const found = one.attributes[i]
                  if (!found) return
                  found.label = label
                  if (!keptAttributes.includes(found.id))
                    found.id = idFrom(
                      label,
                      one.attributes.flatMap(({ id }, j) => (i === j ? [] : [id])),
                      'attribute',
                    )
                })
              }
            >
              <MoveButtons
                name={attribute.label}
                isFirst={i === 0}
                isLast={i === kind.attributes.length - 1}
                onMove={(by) => onChange('', (one) => move(one.attributes, i, by))}
                onRemove={() => {
                  onChange('', (one) => one.attributes.splice(i, 1))
                  tell(words.removed(attribute.label), { action: { label: words.undo, run: onUndo } })
                }}
              />
            </AttributeFields>
          </li>
        ))}
      </ol>
      {kind.attributes.length < 32 && (
        <Button onPress={() => onChange('', (one) => one.attributes.push(newAttribute(one)))}>
          <Plus aria-hidden="true" /> {words.addAttribute}
        </Button>
      )}
    </div>
  )
}

/** A kind that no mark has yet goes by another id, and so does what names it. */
function rename(set: LabelSet, kind: Kind, id: string): void {
  for (const type of set.relations) {
    type.from = type.from.map((end) => (end === kind.id ? id : end))
    type.to = type.to.map((end) => (end === kind.id ? id : end))
  }
  kind.id = id
}

interface AttributeProps {
  attribute: Attribute
  path: string
  onChange: (field: string, change: (attribute: Attribute) => void) => void
  onLabel: (label: string) => void
  children: React.ReactNode
}

function AttributeFields({ attribute, path, onChange, onLabel, children }: AttributeProps) {
  return (
    <fieldset className={styles['attribute']}>
      <legend>{attribute.label || '…'}</legend>
      {children}
      <div className={styles['pair']}>
        <Text
          label={words.label}
          path={`${path}.label`}
          hint={words.id(attribute.id)}
          value={attribute.label}
          maxLength={60}
          onChange={onLabel}
        />
        <Field label={words.type} path={`${path}.type`}>
          {(props) => (
            <select
              {...props}
              value={attribute.type}
              onChange={(event) =>
                onChange('', (one) => {
                  one.type = event.target.value as Attribute['type']
                  if (one.type === 'enum') one.values ??= ['yes', 'no']
                  else delete one.values
                })
              }
            >
              {(Object.keys(typeWords) as Attribute['type'][]).map((type) => (
                <option key={type} value={type}>
                  {typeWords[type]}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      {attribute.type === 'enum' && (
        <Text
          label={words.values}
          path={`${path}.values`}
          rows={Math.min(8, (attribute.values?.length ?? 0) + 1)}
          value={(attribute.values ?? []).join('\n')}
          onChange={(values) =>
            onChange(`${path}.values`, (one) => (one.values = values === '' ? [] : values.split('\n')))
          }
        />
      )}
      <Text
        label={words.hint}
        path={`${path}.hint`}
        maxLength={300}
        value={attribute.hint ?? ''}
        onChange={(hint) =>
          onChange(`${path}.hint`, (one) => {
            if (hint) one.hint = hint
            else delete one.hint
          })
        }
      />
      <label className={styles['check']}>
        <input
          type="checkbox"
          checked={attribute.isRequired === true}
          onChange={(event) =>
            onChange('', (one) => {
              if (event.target.checked) one.isRequired = true
              else delete one.isRequired
            })
          }
        />
        {words.required}
      </label>
    </fieldset>
  )
}

interface ColorProps {
  label: string
  path: string
  value: string
  onChange: (color: string) => void
}

function ColorField({ label, path, value, onChange }: ColorProps) {
  const [flaw] = useFlaws(path)
  const instead = flaw?.instead
  return (
    <Field label={label} path={path}>
      {(props) => (
        <span className={styles['color']}>
          <input
            type="color"
            aria-label={words.pick(label)}
            value={/^#[0-9a-f]{6}$/.test(value) ? value : '#000000'}
            onChange={(event) => onChange(event.target.value)}
          />
          <input
            {...props}
            value={value}
            maxLength={7}
            spellCheck={false}
            onChange={(event) => onChange(event.target.value.trim().toLowerCase())}
          />
          {instead && (
            <Button onPress={() => onChange(instead)}>
              <span className={styles['patch']} style={{ backgroundColor: instead }} aria-hidden="true" />
              {words.take(instead)}
            </Button>
          )}
        </span>
      )}
    </Field>
  )
}
