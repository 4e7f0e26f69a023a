import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { Button } from './Button.tsx'
import styles from './ui.module.css'

export interface DialogProps {
  title: string
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  /** Whether it holds what somebody has written: then only its own buttons close it. */
  holdsDraft?: boolean
  size?: 'normal' | 'wide'
  children: (close: () => void) => ReactNode
}

/** A dialog over the page; Esc and a click beside it close it, unless that would throw a draft away. */
export function Dialog({ title, isOpen, onOpenChange, holdsDraft = false, size = 'normal', children }: DialogProps) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      isDismissable={!holdsDraft}
      isKeyboardDismissDisabled={holdsDraft}
      className={styles['veil'] ?? ''}
    >
      <Modal className={styles['modal'] ?? ''} data-size={size}>
        <AriaDialog className={styles['dialog'] ?? ''}>
          {({ close }) => (
            <>
              <Heading slot="title" className={styles['dialogTitle'] ?? ''}>
                {title}
              </Heading>
              <Button variant="quiet" aria-label="Close" onPress={close}>
                <X aria-hidden="true" />
              </Button>
              {children(close)}
            </>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
