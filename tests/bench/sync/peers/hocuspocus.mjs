/**
 * As its documentation starts it. With a file, its Database extension keeps the documents there, by the table and the
 * statements of its SQLite extension; that one itself would have to be compiled. `node hocuspocus.mjs <port> [file]`
 */
import { DatabaseSync } from 'node:sqlite'
import { Database } from '@hocuspocus/extension-database'
import { Server } from '@hocuspocus/server'

const [port, file] = process.argv.slice(2)
const extensions = file ? [keptIn(new DatabaseSync(file))] : []
await new Server({ address: '127.0.0.1', port: Number(port), quiet: true, extensions }).listen()

function keptIn(db) {
  db.exec('CREATE TABLE IF NOT EXISTS "documents" ("name" varchar(255) NOT NULL, "data" blob NOT NULL, UNIQUE(name))')
  const select = db.prepare('SELECT data FROM "documents" WHERE name = ? ORDER BY rowid DESC')
  const upsert = db.prepare(
    'INSERT INTO "documents" ("name", "data") VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET data = excluded.data',
  )
  return new Database({
    fetch: async ({ documentName }) => select.get(documentName)?.data ?? null,
    store: async ({ documentName, state }) => void upsert.run(documentName, state),
  })
}
