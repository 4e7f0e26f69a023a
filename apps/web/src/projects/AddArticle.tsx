/** Brings an article in: pasted text, or a file that Attest exported, with all its marks. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { FileUp } from 'lucide-react'
import { useState } from 'react'
import {
  FileTrigger,
  Form,
  Input,
  Label,
  Tab,
  TabList,
  TabPanel,
  Tabs,
  TextArea,
  TextField,
} from 'react-aria-components'
import { addArticle, articlesQuery, importArticle, projectsQuery } from '../api.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import styles from './projects.module.css'

/** Larger files are refused by the server; there is no need to read and send them first. */
const MAX_FILE_BYTES = 32 * 1024 * 1024

export function AddArticle({ project, onDone }: { project: string; onDone: () => void }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [title, setTitle] = useState('')
  const [text, setText] = useState('')
  const adding = useMutation({
    mutationFn: (input: { content: string } | { title: string; text: string }) =>
      'content' in input
        ? importArticle(project, input.content)
        : addArticle(project, { text: input.text, ...(input.title.trim() ? { title: input.title.trim() } : {}) }),
    onSuccess: async (article) => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: articlesQuery(project).queryKey }),
        queries.invalidateQueries({ queryKey: ['work'] }),
        queries.invalidateQueries({ queryKey: projectsQuery.queryKey, exact: true }),
      ])
      onDone()
      for (const note of article.notes ?? []) tell(note)
      void navigate({ to: '/articles/$article', params: { article: article.id }, search: {} })
    },
  })

  const readFile = async (file: File | undefined) => {
    if (!file) return
    if (file.size > MAX_FILE_BYTES) return tell(`${file.name} is larger than 32 MB.`, { tone: 'problem' })
    adding.mutate({ content: await file.text() })
  }

  return (
    <Tabs className={styles['tabs'] ?? ''}>
      <TabList aria-label="Where it comes from">
        <Tab id="text">Text</Tab>
        <Tab id="file">Annotated file</Tab>
      </TabList>
      {adding.isError && (
        <p className={styles['complaint']} role="alert">
          Nothing was added. {adding.error.message}
        </p>
      )}
      <TabPanel id="text">
        <Form
          className={styles['form'] ?? ''}
          onSubmit={(event) => {
            event.preventDefault()
            adding.mutate({ title, text })
          }}
        >
          <TextField value={text} onChange={setText} isRequired>
            <Label>Text</Label>
            <TextArea rows={10} placeholder="The first line is the headline; every line after it is a paragraph." />
          </TextField>
          <TextField value={title} onChange={setTitle} maxLength={500}>
            <Label>Name in the list (the first line when empty)</Label>
            <Input />
          </TextField>
          <Button type="submit" variant="primary" isDisabled={adding.isPending || text.trim() === ''}>
            {adding.isPending ? 'Adding …' : 'Add'}
          </Button>
        </Form>
      </TabPanel>
      <TabPanel id="file">
        <div className={styles['form']}>
          <p>
            A file that was exported as annotated JSON. Text, marks, links, talk and verdicts come back as they were,
            under the names of those who made them.
          </p>
          <FileTrigger
            acceptedFileTypes={['application/json', '.json']}
            onSelect={(files) => void readFile(files?.[0])}
          >
            <Button isDisabled={adding.isPending}>
              <FileUp aria-hidden="true" /> {adding.isPending ? 'Bringing it in …' : 'Choose a file'}
            </Button>
          </FileTrigger>
        </div>
      </TabPanel>
    </Tabs>
  )
}
