import {
  Button as AriaButton,
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components'
import { notices } from './notices.ts'
import styles from './ui.module.css'

/** Where the notices appear; one for the whole page. */
export function Notices() {
  return (
    <ToastRegion queue={notices} className={styles['notices'] ?? ''} aria-label="Notices">
      {({ toast }) => (
        <Toast toast={toast} className={styles['notice'] ?? ''} data-tone={toast.content.tone}>
          <ToastContent className={styles['noticeText'] ?? ''}>
            <Text slot="title">{toast.content.text}</Text>
          </ToastContent>
          {toast.content.action && (
            <AriaButton
              className={styles['noticeAction'] ?? ''}
              onPress={() => {
                toast.content.action?.run()
                notices.close(toast.key)
              }}
            >
              {toast.content.action.label}
            </AriaButton>
          )}
          <AriaButton slot="close" className={styles['noticeClose'] ?? ''} aria-label="Close this notice">
            ×
          </AriaButton>
        </Toast>
      )}
    </ToastRegion>
  )
}
