/** For owners: which services propose marks in a project, and who may ask. */
import {
  type Service,
  type ServiceProtocol,
  type SuggestionAskers,
  serviceProtocols,
  suggestionAskers,
} from '@attest/schema/suggestion-api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { tell } from '../ui/notices.ts'
import { Loading, Trouble } from '../ui/states.tsx'
import { addService, removeService, setAskers, suggestersQuery } from './api.ts'
import styles from './suggest.module.css'
import { askerNames, serviceWords as words } from './wording.ts'

interface Props {
  project: string
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
}

export function ServicesDialog({ project, isOpen, onOpenChange }: Props) {
  return (
    <Dialog title={words.title} isOpen={isOpen} onOpenChange={onOpenChange}>
      {() => <Services project={project} />}
    </Dialog>
  )
}

function Services({ project }: { project: string }) {
  const queries = useQueryClient()
  const suggesters = useQuery(suggestersQuery(project))
  const refresh = () => queries.invalidateQueries({ queryKey: suggestersQuery(project).queryKey })
  const problem = (error: Error) => tell(error.message, { tone: 'problem' })
  /** The service that is to be removed, if that is said once more. */
  const [asked, setAsked] = useState<string | null>(null)
  const asking = useMutation({
    mutationFn: (askers: SuggestionAskers) => setAskers(project, askers),
    onError: problem,
    onSettled: async () => {
      await refresh()
      await queries.invalidateQueries({ queryKey: ['suggestions'] })
    },
  })
  const removing = useMutation({
    mutationFn: ({ id }: Service) => removeService(project, id),
    onSuccess: (_, { name }) => {
      setAsked(null)
      tell(words.removed(name))
    },
    onError: problem,
    onSettled: refresh,
  })
  if (suggesters.isPending) return <Loading what={words.title} />
  if (!suggesters.data) return <Trouble error={suggesters.error} onRetry={() => void suggesters.refetch()} isPart />
  const { askers, services } = suggesters.data
  return (
    <div className={styles['services']}>
      <label>
        {words.askers}
        <select
          value={askers}
          disabled={asking.isPending}
          onChange={(event) => {
            const chosen = suggestionAskers.find((one) => one === event.target.value)
            if (chosen) asking.mutate(chosen)
          }}
        >
          {suggestionAskers.toReversed().map((one) => (
            <option key={one} value={one}>
              {askerNames[one]}
            </option>
          ))}
        </select>
      </label>
      <p className={styles['soft']}>{words.note}</p>
      {services.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <ul className={styles['plain']}>
          {services.map((one) => (
            <li key={one.id}>
              <span className={styles['grow']}>
                <strong dir="auto">{one.name}</strong>
                <small>
                  {words.protocols[one.protocol]} · <bdi>{one.url}</bdi>
                  {one.version && ` · ${words.version(one.version)}`}
                </small>
              </span>
              {asked === one.id ? (
                <div className={styles['asked']}>
                  <p className={styles['soft']}>{words.removeText(one.name)}</p>
                  <Button variant="bad" autoFocus isDisabled={removing.isPending} onPress={() => removing.mutate(one)}>
                    {words.removeIt}
                  </Button>
                  <Button onPress={() => setAsked(null)}>{words.keep}</Button>
                </div>
              ) : (
                <Button
                  variant="quiet"
                  aria-label={words.remove(one.name)}
                  hint={words.remove(one.name)}
                  isDisabled={removing.isPending}
                  onPress={() => setAsked(one.id)}
                >
                  <Trash2 aria-hidden="true" />
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <AddService project={project} onAdded={refresh} />
    </div>
  )
}

function AddService({ project, onAdded }: { project: string; onAdded: () => Promise<void> }) {
  const [name, setName] = useState('')
  const [protocol, setProtocol] = useState<ServiceProtocol>('label-studio')
  const [url, setUrl] = useState('')
  const [authorization, setAuthorization] = useState('')
  const [threshold, setThreshold] = useState(0)
  const adding = useMutation({
    mutationFn: () => addService(project, { name, protocol, url, threshold, ...(authorization && { authorization }) }),
    onSuccess: ({ name, version }) => {
      tell(words.added(name, version))
      setName('')
      setUrl('')
      setAuthorization('')
    },
    onSettled: onAdded,
  })
  return (
    <form
      className={styles['add']}
      onSubmit={(event) => {
        event.preventDefault()
        adding.mutate()
      }}
    >
      <h3>{words.add}</h3>
      <label>
        {words.name}
        <input required maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />
      </label>
      <label>
        {words.protocol}
        <select
          value={protocol}
          onChange={(event) => {
            const chosen = serviceProtocols.find((one) => one === event.target.value)
            if (chosen) setProtocol(chosen)
          }}
        >
          {serviceProtocols.toReversed().map((one) => (
            <option key={one} value={one}>
              {words.protocols[one]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.url}
        <input
          required
          type="url"
          placeholder="https://"
          maxLength={2000}
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
      </label>
      <label>
        {words.authorization}
        <input
          type="password"
          autoComplete="off"
          maxLength={1000}
          value={authorization}
          onChange={(event) => setAuthorization(event.target.value)}
        />
        <small>{words.authorizationHint}</small>
      </label>
      <label>
        {words.threshold}
        <span className={styles['sure']}>
          <input
            type="range"
            min={0}
            max={1}
            step={0.05}
            value={threshold}
            onChange={(event) => setThreshold(event.target.valueAsNumber)}
          />
          <output>{Math.round(threshold * 100)} %</output>
        </span>
      </label>
      {adding.isError && (
        <p role="alert" className={styles['problem']}>
          {adding.error.message}
        </p>
      )}
      <Button type="submit" variant="primary" isDisabled={adding.isPending}>
        {adding.isPending ? words.adding : words.add}
      </Button>
    </form>
  )
}
