/** What people of a project are called, also those who have left it. */
import { useQuery } from '@tanstack/react-query'
import { membersQuery } from '../members/api.ts'
import { importWords as words } from './wording.ts'

export function useNames(project: string): (person: string) => string {
  const { data } = useQuery(membersQuery(project))
  return (person) =>
    [...(data?.members ?? []), ...(data?.former ?? [])].find(({ id }) => id === person)?.name ?? words.somebody
}
