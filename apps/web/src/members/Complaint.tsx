import styles from './members.module.css'

/** What went wrong with what one has asked for; nothing while all is well. */
export function Complaint({ error }: { error: Error | null }) {
  if (!error) return null
  return (
    <p className={styles['complaint']} role="alert">
      {error.message}
    </p>
  )
}
