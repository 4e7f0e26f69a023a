import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// With `npm run dev` the page comes from Vite and everything else from the server that runs beside it.
const server = process.env['ATTEST_SERVER'] ?? 'http://127.0.0.1:4321'

export default defineConfig({
  plugins: [react()],
  // Two copies of Yjs in one page do not recognise each other's documents.
  resolve: {
    dedupe: ['yjs', 'react', 'react-dom'],
    alias: [{ find: /^zod$/, replacement: fileURLToPath(new URL('src/strict-zod.ts', import.meta.url)) }],
  },
  build: {
    target: 'es2024',
    sourcemap: true,
    // An article must open offline after one visit, so all of it has to be fetched at once anyhow.
    chunkSizeWarningLimit: 1000,
    rollupOptions: {
      input: { index: 'index.html', sw: 'src/offline/worker.ts' },
      // A service worker rules only what lies beside and below it, so its file is at the top and has a lasting name.
      output: {
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        // What others wrote stays in the browser's cache through most of our own changes. The page names every script, so
        // they are fetched side by side, and the service worker keeps all of them.
        codeSplitting: {
          groups: [
            { name: 'editing', test: /[\\/]node_modules[\\/](?:@tiptap|prosemirror-|yjs|y-|lib0)/, priority: 1 },
            // Only for guidelines, and not by everybody: fetched with the first that is shown.
            {
              name: 'markdown',
              test: /[\\/]node_modules[\\/](?:react-markdown|remark-|mdast-|micromark|unist-|hast-|vfile|unified|property-information|decode-named-character-reference|character-entities)/,
              priority: 1,
            },
            { name: 'packages', test: /[\\/]node_modules[\\/]/ },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': { target: server, changeOrigin: false },
      '/sync': { target: server, ws: true, changeOrigin: false },
    },
  },
})
