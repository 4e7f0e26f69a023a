/** An attribute with a closed list of values: a row of them where they fit beside the label, else a list to open. */
import { Check, ChevronDown } from 'lucide-react'
import {
  Button as AriaButton,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
  ToggleButton,
  ToggleButtonGroup,
} from 'react-aria-components'
import { oddWords } from '../annotations/wording.ts'
import { tell } from '../ui/notices.ts'
import type { FieldProps } from './AttributeForm.tsx'
import styles from './attributes.module.css'
import { saveAttributes, type Value } from './save.ts'
import { attributeWords as words } from './wording.ts'

/** Values of so many letters together, with the room between them, fit into a line of a card. */
const MOST_IN_A_ROW = 30
const LETTERS_BETWEEN = 3

// Values are not empty, so these are none of them.
const NOTHING = ''
const NONE = '\u0000none'

export function ChoiceField({ bench, annotation, attribute, isMissing, labelId, noteId, ...props }: FieldProps) {
  // An empty one, as files bring it, is not filled in either.
  const value = props.value === '' ? undefined : props.value
  const values = attribute.values ?? []
  const isForeign = typeof value === 'string' && !values.includes(value)
  const set = (next: Value) => {
    const saved = saveAttributes(bench, annotation.id, { [attribute.id]: next })
    if (!saved.ok) tell(saved.why, { tone: 'problem' })
  }
  const isRow = values.join('').length + LETTERS_BETWEEN * values.length <= MOST_IN_A_ROW
  const describedBy = noteId ? { 'aria-describedby': noteId } : {}
  if (isRow && !isForeign && value !== null)
    return (
      <ToggleButtonGroup
        className={styles['choices'] ?? ''}
        aria-labelledby={labelId}
        {...describedBy}
        selectionMode="single"
        selectedKeys={value === undefined ? [] : [value]}
        onSelectionChange={(keys) => {
          const [key] = keys
          set(key === undefined ? undefined : String(key))
        }}
      >
        {values.map((one) => (
          <ToggleButton key={one} id={one}>
            {one}
          </ToggleButton>
        ))}
        {isMissing && (
          <small className={styles['needed']} aria-hidden="true">
            {words.needed}
          </small>
        )}
      </ToggleButtonGroup>
    )
  const items = [
    { id: NOTHING, text: words.notFilledIn },
    ...(isForeign ? [{ id: value, text: value }] : []),
    ...(value === null ? [{ id: NONE, text: words.none }] : []),
    ...values.map((one) => ({ id: one, text: one })),
  ]
  const unset = isMissing ? words.needed : words.notFilledIn
  return (
    <Select
      className={styles['select'] ?? ''}
      aria-labelledby={labelId}
      {...describedBy}
      value={value === undefined ? NOTHING : (value ?? NONE)}
      onChange={(key) => {
        if (key !== NONE && key !== value) set(key === NOTHING || key === null ? undefined : String(key))
      }}
    >
      <AriaButton
        className={styles['opener'] ?? ''}
        data-unset={value === undefined || undefined}
        data-missing={isMissing || undefined}
      >
        <SelectValue dir="auto">{() => (value === undefined ? unset : (value ?? words.none))}</SelectValue>
        <ChevronDown aria-hidden="true" />
      </AriaButton>
      {isForeign && <small className={styles['odd']}>{oddWords.attribute}</small>}
      <Popover className={styles['popover'] ?? ''} offset={4}>
        <ListBox items={items} className={styles['options'] ?? ''}>
          {({ id, text }) => (
            <ListBoxItem
              id={id}
              textValue={text}
              className={styles['option'] ?? ''}
              data-unset={id === NOTHING || undefined}
            >
              {({ isSelected }) => (
                <>
                  <Check aria-hidden="true" data-on={isSelected || undefined} />
                  <span dir="auto">{text}</span>
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  )
}
