import '@fontsource-variable/inter/index.css'
import '@fontsource-variable/source-serif-4/index.css'
import './ui/tokens.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { keepForOffline } from './offline/keep.ts'

const root = document.getElementById('root')
if (!root) throw new Error('the page has no #root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)

keepForOffline()
